package demo

import "pano/internal/pano"

// works is all artwork of the made-up town. Files are at most 6 megapixels, so at
// their finished size some are sharp, some soft and some coarse.
func works() (all []work) {
	for _, some := range [][]work{banners(), flags(), panels(), posters(), backdrops(), photos()} {
		all = append(all, some...)
	}
	return append(all, work{file: "bieu-trung-le-hoi.png", kind: pano.Logo, title: "Biểu trưng Lễ hội mùa thu Mai Khê",
		about: "Trống và hoa sen cách điệu; dùng trên mọi ấn phẩm của đợt.", creator: "Xưởng mỹ thuật Sông Trà",
		tags: []string{"biểu trưng", "lễ hội"}, width: 300, height: 300, across: 1600, asPNG: true, draw: mark})
}

func banners() []work {
	const by = "Xưởng mỹ thuật Sông Trà"
	return []work{
		{file: "bang-ngang-le-hoi-mua-thu.jpg", kind: pano.Banner, title: "Băng ngang Lễ hội mùa thu Mai Khê",
			about: "Băng ngang chính của đợt, treo ở các cửa ngõ vào thị xã.", creator: by, tags: []string{"lễ hội", "mùa thu"},
			width: 6000, height: 1200, across: 4200, draw: lying(lacquer(), lotus, "LỄ HỘI MÙA THU MAI KHÊ"),
			again: lying(lacquer(), lotus, "LỄ HỘI MÙA THU MAI KHÊ", "Hội tụ sắc màu – Lan tỏa yêu thương")},
		{file: "bang-ngang-dem-ruoc-den.jpg", kind: pano.Banner, title: "Băng ngang Đêm rước đèn",
			about: "Mời người dân dự đêm rước đèn trên đường Ven Sông.", creator: by, tags: []string{"lễ hội", "thiếu nhi"},
			width: 5000, height: 1000, across: 4600, draw: lying(night(), lantern, "ĐÊM RƯỚC ĐÈN MAI KHÊ", "Đường Ven Sông – 19 giờ, đêm rằm")},
		{file: "bang-ngang-giu-gin-di-san.jpg", kind: pano.Banner, title: "Băng ngang Giữ gìn di sản",
			about: "Tuần lễ di sản, treo quanh bảo tàng và khu phố cổ.", creator: by, tags: []string{"di sản"},
			width: 6000, height: 1200, across: 5000, draw: lying(river(), drum, "GIỮ GÌN DI SẢN", "Trao truyền cho mai sau")},
		{file: "bang-ngang-khong-lai-xe.jpg", kind: pano.Banner, title: "Băng ngang Đã uống rượu bia, không lái xe",
			about: "Tuyên truyền an toàn giao thông trong những ngày hội.", creator: "Tổ đồ họa Trung tâm Văn hóa", tags: []string{"an toàn giao thông"},
			width: 4000, height: 800, across: 5000, draw: lying(honey(), helmet, "ĐÃ UỐNG RƯỢU BIA", "KHÔNG LÁI XE")},
		{file: "bang-ngang-doi-mu.jpg", kind: pano.Banner, title: "Băng ngang Đội mũ bảo hiểm, về nhà an toàn",
			about: "Treo trước cổng trường và bến xe.", creator: "Tổ đồ họa Trung tâm Văn hóa", tags: []string{"an toàn giao thông", "trường học"},
			width: 3000, height: 600, across: 5200, draw: lying(leaf(), helmet, "ĐỘI MŨ BẢO HIỂM", "Về nhà an toàn")},
		{file: "bang-ban-bao-tang-50-nam.png", kind: pano.Banner, title: "Băng bàn đại biểu Bảo tàng Mai Khê 50 năm",
			about: "Băng nhỏ phủ bàn trong lễ kỷ niệm.", creator: "Phòng trưng bày Bảo tàng", tags: []string{"kỷ niệm", "bảo tàng"},
			width: 1600, height: 320, across: 4600, asPNG: true, draw: lying(plum(), lotus, "BẢO TÀNG MAI KHÊ", "50 năm gìn giữ và kể chuyện")},
	}
}

func flags() []work {
	const by = "Tổ đồ họa Phòng Văn hóa"
	return []work{
		{file: "phuon-le-hoi-do.jpg", kind: pano.FlagBanner, title: "Phướn Lễ hội mùa thu, nền đỏ", about: "Treo trên cột đèn các trục chính.",
			creator: by, tags: []string{"lễ hội", "cột đèn"}, width: 600, height: 2000, across: 1200, draw: tall(lacquer(), lantern, "LỄ HỘI", "MÙA THU", "MAI KHÊ")},
		{file: "phuon-le-hoi-xanh.jpg", kind: pano.FlagBanner, title: "Phướn Lễ hội mùa thu, nền xanh", about: "Treo xen kẽ với phướn nền đỏ.",
			creator: by, tags: []string{"lễ hội", "cột đèn"}, width: 800, height: 2500, across: 1100, draw: tall(river(), lotus, "SẮC THU", "BÊN", "SÔNG TRÀ")},
		{file: "phuon-bao-tang-50-nam.jpg", kind: pano.FlagBanner, title: "Phướn Bảo tàng Mai Khê 50 năm", about: "Treo dọc đường vào bảo tàng.",
			creator: by, tags: []string{"kỷ niệm", "bảo tàng"}, width: 800, height: 2500, across: 900, draw: tall(plum(), drum, "50 NĂM", "BẢO TÀNG", "MAI KHÊ")},
		{file: "phuon-pho-xanh.jpg", kind: pano.FlagBanner, title: "Phướn Phố xanh, sạch, đẹp", about: "Dùng lại được sau lễ hội.",
			creator: by, tags: []string{"môi trường"}, width: 1000, height: 3000, across: 700, draw: tall(leaf(), sprig, "PHỐ XANH", "SẠCH", "ĐẸP")},
		{file: "phuon-hoi-dieu.jpg", kind: pano.FlagBanner, title: "Phướn Hội thả diều trên đê", about: "Treo trên đường ra đê sông Trà.",
			creator: by, tags: []string{"lễ hội", "diều"}, width: 500, height: 1500, across: 1400, draw: tall(honey(), kite, "HỘI DIỀU", "TRÊN ĐÊ", "SÔNG TRÀ")},
	}
}

func panels() []work {
	const by = "Xưởng mỹ thuật Đồng Lúa"
	return []work{
		{file: "pa-no-chao-mung.jpg", kind: pano.Panel, title: "Pa-nô Mai Khê chào đón bạn", about: "Pa-nô lớn ở cửa ngõ thị xã.",
			creator: by, tags: []string{"lễ hội", "cửa ngõ"}, width: 6000, height: 4000, across: 2900, draw: board(river(), 1.2, lotus, "MAI KHÊ CHÀO ĐÓN BẠN", "Lễ hội mùa thu")},
		{file: "pa-no-phong-chay.jpg", kind: pano.Panel, title: "Pa-nô Phòng cháy hơn chữa cháy", about: "Tuyên truyền an toàn ở khu đông người.",
			creator: by, tags: []string{"phòng cháy", "an toàn"}, width: 6000, height: 4000, across: 2600, draw: board(lacquer(), 2.7, lantern, "PHÒNG CHÁY HƠN CHỮA CHÁY", "Tắt đèn, khóa bếp trước khi đi hội")},
		{file: "pa-no-song-sach.jpg", kind: pano.Panel, title: "Pa-nô Giữ sông Trà trong xanh", about: "Treo dọc bờ sông, nơi tổ chức đua thuyền.",
			creator: by, tags: []string{"môi trường", "sông"}, width: 6000, height: 4000, across: 3000, draw: board(leaf(), 4.1, boat, "GIỮ SÔNG TRÀ TRONG XANH", "Không xả rác xuống dòng sông")},
		{file: "pa-no-dua-thuyen.jpg", kind: pano.Panel, title: "Pa-nô Hội đua thuyền", about: "Giới thiệu hội đua thuyền của các phường.",
			creator: by, tags: []string{"lễ hội", "thể thao"}, width: 3000, height: 2000, across: 2800, draw: board(night(), 5.5, boat, "HỘI ĐUA THUYỀN", "Bến Thuyền – sáng chủ nhật")},
		{file: "pa-no-pho-co.jpg", kind: pano.Panel, title: "Pa-nô Phố cổ Mai Khê", about: "Giới thiệu khu phố cổ và cổng thành.",
			creator: by, tags: []string{"di sản", "phố cổ"}, width: 3000, height: 2000, across: 2400, draw: board(honey(), 0.4, gate, "PHỐ CỔ MAI KHÊ", "Đi bộ, ngắm phố, nghe chuyện xưa")},
		{file: "pa-no-di-bo.jpg", kind: pano.Panel, title: "Pa-nô Đi bộ đúng phần đường", about: "Pa-nô đứng ở ngã tư gần trường học.",
			creator: by, tags: []string{"an toàn giao thông", "trường học"}, width: 2000, height: 3000, across: 1900, draw: board(leaf(), 6.2, sprig, "ĐI BỘ", "ĐÚNG PHẦN ĐƯỜNG")},
		{file: "pa-no-lich-le-hoi.jpg", kind: pano.Panel, title: "Pa-nô Lịch Lễ hội mùa thu", about: "Lịch các hoạt động, đặt ở bảng tin khu phố.",
			creator: by, tags: []string{"lễ hội", "lịch"}, width: 1500, height: 1000, across: 2400, draw: board(plum(), 3.3, kite, "LỊCH LỄ HỘI", "Rước đèn – Đua thuyền – Thả diều")},
	}
}

func posters() []work {
	const by = "Tổ đồ họa Trung tâm Văn hóa"
	paper := func(file, title, about string, across pano.Px, draw sketch, tags ...string) work {
		return work{file: file, kind: pano.Poster, title: title, about: about, creator: by, tags: tags, width: 420, height: 594, across: across, draw: draw}
	}
	all := []work{
		paper("ap-phich-ruoc-den.jpg", "Áp phích Đêm rước đèn", "Dán ở bảng tin và trường học.", 2000, leafOfPaper(night(), lantern, "ĐÊM RƯỚC ĐÈN", "Ven Sông, 19 giờ"), "lễ hội", "thiếu nhi"),
		paper("ap-phich-hoi-dieu.jpg", "Áp phích Hội thả diều", "Mời các câu lạc bộ diều.", 1400, leafOfPaper(river(), kite, "HỘI THẢ DIỀU", "Đê sông Trà"), "lễ hội", "diều"),
		paper("ap-phich-di-san.jpg", "Áp phích Tuần lễ di sản", "Tuần lễ tham quan miễn phí.", 2000, leafOfPaper(plum(), drum, "TUẦN LỄ DI SẢN", "Vào cửa tự do"), "di sản"),
		paper("ap-phich-cho-que.jpg", "Áp phích Phiên chợ quê", "Phiên chợ sản vật trong lễ hội.", 900, leafOfPaper(honey(), sprig, "PHIÊN CHỢ QUÊ", "Đường Chợ Cũ"), "lễ hội", "chợ"),
		paper("ap-phich-doi-mu.png", "Áp phích Đội mũ bảo hiểm", "Phát cho các trường.", 1600, leafOfPaper(leaf(), helmet, "ĐỘI MŨ BẢO HIỂM", "Cả nhà cùng an toàn"), "an toàn giao thông"),
		paper("ap-phich-cu.jpg", "Áp phích Rước đèn, bản phác cũ", "Bản phác không dùng nữa.", 1000, leafOfPaper(honey(), lantern, "RƯỚC ĐÈN", "bản phác"), "lễ hội"),
	}
	all[0].again = leafOfPaper(night(), lantern, "ĐÊM RƯỚC ĐÈN", "Ven Sông, 19 giờ 30")
	all[4].asPNG = true
	all[5].binned = true
	return all
}

func backdrops() []work {
	const by = "Xưởng mỹ thuật Sông Trà"
	return []work{
		{file: "phong-khai-mac.jpg", kind: pano.Backdrop, title: "Phông khai mạc Lễ hội mùa thu", about: "Phông sân khấu chính.", creator: by,
			tags: []string{"lễ hội", "khai mạc"}, width: 6000, height: 3000, across: 3400, draw: stage(lacquer(), "LỄ KHAI MẠC", "LỄ HỘI MÙA THU MAI KHÊ")},
		{file: "phong-50-nam.jpg", kind: pano.Backdrop, title: "Phông Lễ kỷ niệm 50 năm Bảo tàng Mai Khê", about: "Phông hội trường bảo tàng.", creator: by,
			tags: []string{"kỷ niệm", "bảo tàng"}, width: 4000, height: 2000, across: 3200, draw: stage(plum(), "LỄ KỶ NIỆM 50 NĂM", "BẢO TÀNG MAI KHÊ")},
		{file: "phong-toa-dam.jpg", kind: pano.Backdrop, title: "Phông Tọa đàm di sản", about: "Phông nhỏ cho phòng hội thảo.", creator: by,
			tags: []string{"di sản"}, width: 2000, height: 1000, across: 3400, draw: stage(pearl(), "TỌA ĐÀM", "Di sản trong đời sống hôm nay")},
	}
}

func photos() []work {
	const by = "Câu lạc bộ ảnh Mai Khê"
	photo := func(file, title, about string, w, h pano.MM, across pano.Px, draw sketch, tags ...string) work {
		return work{file: file, kind: pano.Photo, title: title, about: about, creator: by, tags: append(tags, "ảnh triển lãm"), width: w, height: h, across: across, draw: draw}
	}
	dawn, noon, dusk, mist := honey(), river(), plum(), pearl()
	dawn.ink, mist.dark = rgb(0x4A2C12), rgb(0x46686A)
	return []work{
		photo("anh-binh-minh-song-tra.jpg", "Bình minh trên sông Trà", "Thuyền chài ra khơi lúc mặt trời lên.", 450, 300, 2700, view(dawn, 1.1, water), "sông", "bình minh"),
		photo("anh-ruong-bac-thang.jpg", "Mùa vàng trên ruộng bậc thang", "Lúa chín ở vùng đồi phía tây.", 600, 400, 3000, view(noon, 2.2, fields), "lúa", "mùa thu"),
		photo("anh-pho-den.jpg", "Phố đèn đêm hội", "Đường Chợ Cũ trong đêm rước đèn.", 900, 600, 2400, view(night(), 3.3, feast), "phố", "đêm"),
		photo("anh-tha-dieu.jpg", "Chiều thả diều", "Trẻ em trên đê sông Trà.", 450, 300, 2000, view(noon, 4.4, dyke), "diều", "thiếu nhi"),
		photo("anh-cong-thanh.jpg", "Cổng thành và hồ sen", "Cổng thành cổ trước mùa lễ hội.", 600, 400, 2100, view(dusk, 5.5, temple), "di sản", "hoa sen"),
		photo("anh-ho-suong.jpg", "Hồ trong sương", "Hồ Mai Khê một sớm cuối thu.", 900, 600, 1800, view(mist, 6.6, water), "hồ", "sương"),
		photo("anh-dong-lua.jpg", "Đồng lúa sau mưa", "Cánh đồng phía nam thị xã.", 450, 300, 2700, view(leaf(), 7.7, fields), "lúa"),
		photo("anh-hoang-hon.jpg", "Hoàng hôn bến thuyền", "Thuyền về bến cuối ngày.", 600, 400, 2400, view(lacquer(), 8.8, water), "sông", "hoàng hôn"),
		photo("anh-dem-hoi.jpg", "Đêm hội bên sông", "Đèn lồng dọc phố trong đêm khai mạc.", 450, 300, 2200, view(dusk, 9.9, feast), "lễ hội", "đêm"),
	}
}
