module example.com/fills

go 1.23
