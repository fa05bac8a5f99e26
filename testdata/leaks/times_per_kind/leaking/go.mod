module example.com/timesperkind

go 1.24
