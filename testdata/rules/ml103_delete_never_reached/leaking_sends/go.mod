module example.com/sends

go 1.24
