module example.com/connection

go 1.24
