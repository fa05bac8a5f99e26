module example.com/clientpertarget

go 1.24
