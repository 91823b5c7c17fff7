/** Pages that take files. */
import './island/uploader';
