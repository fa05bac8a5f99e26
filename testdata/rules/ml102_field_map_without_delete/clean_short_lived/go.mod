module example.com/short_lived

go 1.23
