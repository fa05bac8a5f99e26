module example.com/notaddresses

go 1.23
