package demo

import (
	"context"
	"fmt"

	"pano/internal/pano"
)

// The agencies of the made-up town, by their codes.
const (
	office = "MK-VHTT" // the department
	centre = "MK-TTVH" // the culture centre
	museum = "MK-BT"   // the museum
)

func agencies() []pano.Agency {
	return []pano.Agency{
		{Code: office, Name: "Phòng Văn hóa và Thông tin thị xã Mai Khê", Kind: "phòng"},
		{Code: centre, Name: "Trung tâm Văn hóa Mai Khê", Kind: "trung tâm"},
		{Code: museum, Name: "Bảo tàng Mai Khê", Kind: "bảo tàng"},
	}
}

// A townsman is a made-up account, named after what it does.
type townsman struct {
	login, name string
	role        pano.Role
	also        pano.Role // "" for none
	in          []string  // agencies
}

func townsmen() []townsman {
	every := []string{office, centre, museum}
	return []townsman{
		{"mau.quantri", "Quản trị viên mẫu", pano.Admin, "", []string{office}},
		{"mau.canbo", "Cán bộ mẫu", pano.Staff, "", []string{office, centre}},
		{"mau.phutrach", "Phụ trách bố trí mẫu", pano.Curator, "", every},
		{"mau.baotang", "Cán bộ bảo tàng mẫu", pano.Curator, pano.Staff, []string{museum}},
		{"mau.nguoiduyet", "Người duyệt mẫu", pano.Approver, "", []string{office}},
		{"mau.nhain", "Nhà in mẫu", pano.Printer, "", []string{office}},
		{"mau.thicong", "Tổ thi công mẫu", pano.Installer, "", []string{office}},
		{"mau.thanhtra", "Thanh tra mẫu", pano.Auditor, "", []string{office}},
	}
}

// The middle of the made-up town, degrees.
const (
	townLat = 20.7120
	townLon = 106.2140
)

// A plot is a place, and those within it.
type plot struct {
	pano.Location
	agency string
	within []plot
}

// town is every place of it: crossings with faces, roads, and halls with walls.
func town() (all []plot) {
	for i, c := range []struct{ code, name, address string }{
		{"NT-01", "Ngã tư Cây Đa", "Đường Cây Đa, phường Hoa Sen"},
		{"NT-02", "Ngã ba Bến Thuyền", "Đường Ven Sông, phường Bến Thuyền"},
		{"NT-03", "Cửa ngõ phía Bắc", "Đường Lúa Vàng, phường Đồng Lúa"},
		{"NT-04", "Cửa ngõ phía Nam", "Đường Hoa Phượng, phường Đồng Lúa"},
		{"NT-05", "Quảng trường Hồ Sen", "Đường Hoa Sen, phường Hoa Sen"},
		{"NT-06", "Vòng xuyến Chợ Cũ", "Đường Chợ Cũ, phường Chợ Cũ"},
		{"NT-07", "Cổng trường Hoa Phượng", "Đường Hoa Phượng, phường Hoa Sen"},
	} {
		site := plot{Location: pano.Location{Code: c.code, Kind: pano.Site, Name: c.name, Address: c.address}, agency: office}
		site.put(0.011*float64(i%3-1)+0.002*float64(i), 0.012*float64(i/2-1)-0.0015*float64(i))
		third := pano.Location{Name: "mặt đứng ven vỉa hè", Width: 2000, Height: 3000}
		if i >= 5 {
			third = pano.Location{Name: "bảng tin nhỏ", Width: 1500, Height: 1000}
		}
		for k, f := range []pano.Location{{Name: "mặt lớn hướng vào phố", Width: 6000, Height: 4000}, {Name: "mặt hướng ra ngoại ô", Width: 3000, Height: 2000}, third} {
			f.Kind, f.Code, f.Name = pano.Face, fmt.Sprintf("%s-%c", c.code, 'A'+k), c.name+", "+f.Name
			site.within = append(site.within, plot{Location: f, agency: office})
		}
		all = append(all, site)
	}
	return append(append(all, roads()...), halls()...)
}

// put places p that far from the middle of the town.
func (p *plot) put(lat, lon float64) { p.Lat, p.Lon, p.Placed = townLat+lat, townLon+lon, true }

func roads() (all []plot) {
	for i, r := range []struct {
		name, address string
		capacity      int
	}{
		{"Đường Hoa Sen", "từ Ngã tư Cây Đa đến Quảng trường Hồ Sen", 120},
		{"Đường Ven Sông", "từ Bến Thuyền đến cầu Trà", 160},
		{"Đường Chợ Cũ", "từ Chợ Cũ đến cổng thành", 60},
		{"Đường Cây Đa", "từ Ngã tư Cây Đa đến bến xe", 80},
		{"Đường Lúa Vàng", "từ Cửa ngõ phía Bắc đến vòng xuyến", 140},
		{"Đường Hoa Phượng", "từ Cửa ngõ phía Nam đến cổng trường", 100},
		{"Đường Bảo Tàng", "từ Quảng trường Hồ Sen đến bảo tàng", 50},
		{"Đường lên đê", "từ Bến Thuyền lên đê sông Trà", 70},
	} {
		p := plot{Location: pano.Location{Code: fmt.Sprintf("DD-%02d", i+1), Kind: pano.Stretch, Name: r.name, Address: r.address, Capacity: r.capacity}, agency: office}
		p.put(0.004*float64(i)-0.014, 0.006*float64(i%4)-0.009)
		all = append(all, p)
	}
	return all
}

func halls() (all []plot) {
	for i, h := range []struct {
		code, name, address, agency string
		backdrop                    [2]pano.MM
	}{
		{"TL-BT", "Nhà trưng bày Bảo tàng Mai Khê", "12 đường Bảo Tàng, phường Hoa Sen", museum, [2]pano.MM{4000, 2000}},
		{"TL-VH", "Nhà triển lãm Trung tâm Văn hóa", "5 đường Hoa Sen, phường Hoa Sen", centre, [2]pano.MM{6000, 3000}},
		{"TL-TV", "Sảnh Thư viện thị xã", "30 đường Cây Đa, phường Hoa Sen", centre, [2]pano.MM{2000, 1000}},
	} {
		venue := plot{Location: pano.Location{Code: h.code, Kind: pano.Venue, Name: h.name, Address: h.address}, agency: h.agency}
		venue.put(0.003*float64(i+1), 0.004*float64(i)-0.002)
		venue.within = append(venue.within, plot{Location: pano.Location{Code: h.code + "-P", Kind: pano.Face, Name: "Phông chính, " + h.name, Width: h.backdrop[0], Height: h.backdrop[1]}, agency: h.agency})
		for r := 1; r <= 2; r++ {
			room := plot{Location: pano.Location{Code: fmt.Sprintf("%s-%d", h.code, r), Kind: pano.Room, Name: fmt.Sprintf("Phòng %d", r)}, agency: h.agency}
			for k, name := range []string{"Tường Đông", "Tường Tây"} {
				wall := pano.Location{Code: fmt.Sprintf("%s-%d%c", h.code, r, 'A'+k), Kind: pano.Wall, Name: fmt.Sprintf("%s, phòng %d", name, r), Width: pano.MM(7200 + 600*r + 400*k), Height: 3200}
				room.within = append(room.within, plot{Location: wall, agency: h.agency})
			}
			venue.within = append(venue.within, room)
		}
		all = append(all, venue)
	}
	return all
}

// settle adds p and what is within it.
func (f *filling) settle(ctx context.Context, p plot, parent pano.LocationID) error {
	p.Parent, p.Location.Agency = parent, f.agency[p.agency]
	l, err := f.Hanging.AddLocation(ctx, f.curator(p.agency), p.Location)
	if err != nil {
		return fmt.Errorf("place %s: %w", p.Code, err)
	}
	f.places = append(f.places, l)
	for _, q := range p.within {
		if err := f.settle(ctx, q, l.ID); err != nil {
			return err
		}
	}
	return nil
}
