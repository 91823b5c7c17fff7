package render

import (
	"bytes"
)

// isPDF allows the mark anywhere in the first kilobyte, as readers do.
func isPDF(b []byte) bool {
	return bytes.Contains(b[:min(len(b), 1024)], []byte("%PDF-"))
}

// readPDF only makes sure that the file has its end.
func readPDF(s source, h *header) error {
	h.Document = true
	end, err := s.tail(0, 64<<10)
	if err == nil && !bytes.Contains(end, []byte("%%EOF")) {
		err = errShort
	}
	return err
}

// isSVG looks for the root element after the prolog and comments.
func isSVG(b []byte) bool {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	for {
		b = bytes.TrimLeft(b, " \t\r\n")
		var end string
		switch {
		case bytes.HasPrefix(b, []byte("<svg")):
			return len(b) > 4 && bytes.IndexByte([]byte(" \t\r\n>/"), b[4]) >= 0
		case bytes.HasPrefix(b, []byte("<!--")):
			end = "-->"
		case bytes.HasPrefix(b, []byte("<?")), bytes.HasPrefix(b, []byte("<!DOCTYPE")):
			end = ">"
		default:
			return false
		}
		_, rest, ok := bytes.Cut(b, []byte(end))
		if !ok {
			return false
		}
		b = rest
	}
}

// readSVG only makes sure that the root element is closed. Its text is never trusted.
func readSVG(s source, h *header) error {
	h.Document = true
	end, err := s.tail(0, 64<<10)
	if err == nil && !bytes.Contains(end, []byte("</svg>")) && !bytes.Contains(end, []byte("/>")) {
		err = errShort
	}
	return err
}

// otherFormat names a format that Pano knows by its first bytes and does not take, or "".
func otherFormat(b []byte) string {
	at := func(off int, mark string) bool {
		return len(b) >= off+len(mark) && string(b[off:off+len(mark)]) == mark
	}
	switch {
	case at(4, "ftyphei"), at(4, "ftyphev"), at(4, "ftypmif1"), at(4, "ftypmsf1"):
		return "HEIC"
	case at(4, "ftypavi"):
		return "AVIF"
	case at(0, "8BPS"):
		return "PSD"
	case at(0, "%!PS"), at(0, "\xc5\xd0\xd3\xc6"):
		return "EPS"
	case at(0, "\x00\x00\x00\x0cjP  "), at(0, "\xff\x4f\xff\x51"):
		return "JPEG 2000"
	case at(0, "\x00\x00\x00\x0cJXL "), at(0, "\xff\x0a"):
		return "JPEG XL"
	case at(0, "\x00\x00\x01\x00"):
		return "ICO"
	}
	return ""
}
