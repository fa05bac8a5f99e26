module example.com/removals

go 1.23
