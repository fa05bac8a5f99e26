module example.com/typos

go 1.24
