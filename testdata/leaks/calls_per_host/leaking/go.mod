module example.com/callsperhost

go 1.24
