module example.com/office

go 1.24
