module github.com/pizco-go/pizco

go 1.26
