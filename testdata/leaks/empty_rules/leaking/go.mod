module example.com/emptyrules

go 1.24
