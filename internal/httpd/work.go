package httpd

// workPath is where work orders stand.
const workPath = "/orders/work/"
