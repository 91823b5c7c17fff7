package httpd

import (
	"encoding/csv"
	"io"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"pano/internal/i18n"
	"pano/internal/pano"
	"pano/storage/catalog"
)

// scheduleFile answers GET /schedule.csv with all that the page of the same
// address has on its pages, a line a placement.
func (s *Server) scheduleFile(w http.ResponseWriter, r *http.Request) error {
	who, words, today := actor(r), s.words(r), s.today()
	v := s.crewViewer(r)
	lines := [][]string{sheetHead(words)}
	var days pano.Period
	err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		ask, err := askSchedule(r.Context(), tx, r.URL.Query(), who.Reach(pano.LocationSee), today)
		if err != nil {
			return err
		}
		names := map[pano.CampaignID]string{}
		for _, c := range ask.campaigns {
			names[c.ID] = c.Name
		}
		q, places := ask.query(today).For(who)
		days = q.Days
		return tx.EachScheduled(r.Context(), v.see, places, who.Reach(pano.PlacementSee), q, func(row catalog.ScheduleRow) error {
			for _, h := range row.Hangings {
				lines = append(lines, sheetLine(words, row, v.one(h), names[h.Campaign]))
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="lich-treo-`+days.From.String()+`-`+days.Last().String()+`.csv"`)
	return writeSheet(w, lines)
}

func sheetHead(words *i18n.Words) []string {
	return []string{words.Say("location.code"), words.Say("location.one"), words.Say("location.kind"), words.Say("schedule.by.area"), words.Say("asset.one"), words.Say("schedule.asset_code"),
		words.Say("agency.one"), words.Say("campaign.chip"), words.Say("placement.from"), words.Say("placement.last"), words.Say("schedule.remove_by"), words.Say("placement.quantity"), words.Say("location.state"), words.Say("schedule.late")}
}

func sheetLine(words *i18n.Words, row catalog.ScheduleRow, h hangingView, campaign string) []string {
	late := ""
	if h.Late {
		late = words.Say("placement.state.late")
	}
	return []string{row.Code, row.Name, words.Say("location.kind." + string(row.Kind)), row.AreaName, h.Name, h.Code, h.AgencyName, campaign,
		h.Placement.Days.From.String(), h.Placement.Days.Last().String(), h.RemoveBy.String(), strconv.Itoa(h.Quantity), words.Say("placement.state." + string(h.State)), late}
}

// writeSheet writes lines so that spreadsheets read them as they are: with the
// mark that says UTF-8, and with no cell that they would take for a formula.
func writeSheet(w io.Writer, lines [][]string) error { return writeSheetWith(w, lines, ',') }

// writeSheetWith is writeSheet with that sign between cells.
func writeSheetWith(w io.Writer, lines [][]string, between rune) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF, out.Comma = true, between
	for _, line := range lines {
		for i, cell := range line {
			if strings.IndexAny(cell, "=+-@\t\r\n") == 0 {
				line[i] = "'" + cell
			}
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// What a calendar tells of: from a month ago to a year ahead and a little more.
const (
	feedBefore = 31
	feedAfter  = 400
)

// calendarFeed answers GET /calendar/{token}.ics, which calendar programs ask
// for without signing in. It may be narrowed down as the page of the schedule is.
func (s *Server) calendarFeed(w http.ResponseWriter, r *http.Request) error {
	who, err := s.Auth.Calendar(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	today, words := s.today(), s.words(r)
	v := viewer{words, crewSees(who), today}
	f := feed{site: s.origin(r), words: words}
	f.begin(words.Say("schedule.feed_name"))
	err = s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		ask, err := askSchedule(r.Context(), tx, r.URL.Query(), who.Reach(pano.LocationSee), today)
		if err != nil {
			return err
		}
		q, places := ask.query(today).For(who)
		q.Days = pano.Period{From: today - feedBefore, Until: today + feedAfter}
		return tx.EachScheduled(r.Context(), v.see, places, who.Reach(pano.PlacementSee), q, func(row catalog.ScheduleRow) error {
			for _, h := range row.Hangings {
				f.placement(row, v.one(h))
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	f.line("END", "VCALENDAR")
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	w.Header().Set("Content-Disposition", `inline; filename="pano.ics"`)
	w.Header().Set("X-Robots-Tag", "noindex")
	_, err = io.WriteString(w, f.String())
	return err
}

// A feed is a calendar as RFC 5545 writes it.
type feed struct {
	strings.Builder
	site  string // address of this Pano
	words *i18n.Words
}

func (f *feed) begin(name string) {
	f.line("BEGIN", "VCALENDAR")
	f.line("VERSION", "2.0")
	f.line("PRODID", "-//Pano//Pano//VI")
	f.line("CALSCALE", "GREGORIAN")
	f.line("METHOD", "PUBLISH")
	f.line("X-WR-CALNAME", inCalendar(name))
	f.line("X-WR-TIMEZONE", "Asia/Ho_Chi_Minh")
	f.line("REFRESH-INTERVAL;VALUE=DURATION", "PT1H")
	f.line("X-PUBLISHED-TTL", "PT1H")
}

// placement tells when a placement goes up, and by when it must be down.
func (f *feed) placement(row catalog.ScheduleRow, h hangingView) {
	f.event(row, h, "hang", h.Placement.Days.From, f.words.Say("schedule.feed_up", h.Name, row.Code))
	if h.State != pano.Cancelled {
		f.event(row, h, "remove", h.RemoveBy, f.words.Say("schedule.feed_down", h.Name, row.Code))
	}
}

func (f *feed) event(row catalog.ScheduleRow, h hangingView, what string, day pano.Day, summary string) {
	f.line("BEGIN", "VEVENT")
	f.line("UID", string(h.ID)+"-"+what+"@pano")
	f.line("DTSTAMP", h.Updated.UTC().Format("20060102T150405Z"))
	f.line("LAST-MODIFIED", h.Updated.UTC().Format("20060102T150405Z"))
	f.line("SEQUENCE", strconv.Itoa(max(h.Rev-1, 0)))
	f.line("DTSTART;VALUE=DATE", day.Time().Format("20060102"))
	f.line("DTEND;VALUE=DATE", (day + 1).Time().Format("20060102"))
	f.line("SUMMARY", inCalendar(summary))
	f.line("LOCATION", inCalendar(row.Code+" – "+row.Name))
	about := h.Days + "\n" + f.words.Say("placement.state."+string(h.State)) + " · " + h.AgencyName
	if h.Quantity > 1 {
		about += "\n" + f.words.Say("placement.pieces", h.Quantity)
	}
	f.line("DESCRIPTION", inCalendar(about))
	f.line("URL", f.site+h.Href)
	if h.State == pano.Cancelled {
		f.line("STATUS", "CANCELLED")
	}
	f.line("TRANSP", "TRANSPARENT")
	f.line("END", "VEVENT")
}

// line writes one content line in stretches of at most 75 bytes, never through a
// character.
func (f *feed) line(name, value string) {
	rest := name + ":" + value
	for room := 75; len(rest) > room; room = 74 {
		cut := room
		for !utf8.RuneStart(rest[cut]) {
			cut--
		}
		f.WriteString(rest[:cut] + "\r\n ")
		rest = rest[cut:]
	}
	f.WriteString(rest + "\r\n")
}

// inCalendar writes text so that a calendar reads it as it is.
func inCalendar(text string) string {
	text = strings.Map(func(c rune) rune {
		if c < ' ' && c != '\n' {
			return ' '
		}
		return c
	}, strings.ToValidUTF8(text, "�"))
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(text)
}

// origin is where people reach this Pano; if nobody said, where the browser found it.
func (s *Server) origin(r *http.Request) string {
	if s.URL != "" {
		return strings.TrimSuffix(s.URL, "/")
	}
	scheme := "http://"
	if s.Secure {
		scheme = "https://"
	}
	return scheme + r.Host
}

// newCalendar answers POST /account/calendar with the page that shows the
// address: it is in this answer and nowhere else.
func (s *Server) newCalendar(w http.ResponseWriter, r *http.Request) error {
	secret, err := s.Auth.NewCalendar(r.Context(), actor(r))
	if err != nil {
		return err
	}
	return s.writeAccount(w, r, http.StatusCreated, accountPage{CalendarAddress: s.origin(r) + "/calendar/" + secret + ".ics"})
}

// endCalendar answers POST /account/calendar/end.
func (s *Server) endCalendar(w http.ResponseWriter, r *http.Request) error {
	if err := s.Auth.EndCalendar(r.Context(), actor(r)); err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("calendar.ended"), "")
	return back(w, r, "/account#calendar")
}

// calendarLine is what the account page tells of the calendar.
type calendarLine struct {
	catalog.Calendar
	Unused bool
}

func (s *Server) calendarLine(r *http.Request) (*calendarLine, error) {
	c, ok, err := s.Auth.MyCalendar(r.Context(), actor(r))
	if err != nil || !ok {
		return nil, err
	}
	return &calendarLine{c, c.Seen.IsZero()}, nil
}
