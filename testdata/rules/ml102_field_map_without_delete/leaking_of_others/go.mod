module example.com/ofothers

go 1.25
