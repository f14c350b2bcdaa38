package cli

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/pizco-go/pizco/goagent/tap"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// tapPrinter prints the messages that a tap saw.
type tapPrinter struct {
	tool     *tool
	settings tapSettings
}

const tapTime = "15:04:05.000"

func (p *tapPrinter) print(m tap.Message) error {
	if p.tool.settings.output == outputJSON {
		return p.tool.print(p.value(m))
	}
	return p.tool.printf("%s", p.text(m))
}

// text returns the lines of a message.
func (p *tapPrinter) text(m tap.Message) shown {
	style := p.tool.style(p.tool.stdout)
	title := style.faint(fmt.Sprintf("#%d", m.Number)) + " " + style.faint(m.Time.Local().Format(tapTime)) + " " + kindStyle(style, m.Kind)
	if m.Answers > 0 {
		title += style.line(fmt.Sprintf(" to #%d", m.Answers))
	}
	switch m.Kind {
	case tap.Lost:
		return title + ": the server went away before it answered\n"
	case tap.Subscribe, tap.Unsubscribe:
		return title + " " + style.line(repr(string(bytes.Join(m.Frames, nil)))) + "\n"
	}
	d := m.Decode(p.tool.settings.protocol)
	if p.settings.brief {
		return title + " " + p.brief(d) + "\n"
	}
	return title + "\n" + p.frames(m, d)
}

func kindStyle(s style, kind tap.Kind) shown {
	switch kind {
	case tap.Request:
		return s.name(string(kind))
	case tap.Reply:
		return s.good(string(kind))
	case tap.Lost:
		return s.bad(string(kind))
	}
	return s.strong(string(kind))
}

// brief returns a message in one line: sender, topic, content, and the signature unless it is as it
// should be.
func (p *tapPrinter) brief(d tap.Decoded) shown {
	style := p.tool.style(p.tool.stdout)
	text := style.line(first(d.Header.Sender, "?"))
	if d.Header.Topic != "" {
		text += " " + style.line(d.Header.Topic)
	}
	if d.Err != nil {
		text += " " + style.bad(errorText(d.Err))
	} else {
		text += " " + style.line(repr(d.Content))
	}
	if d.Signature == tap.Invalid || d.Signature == tap.Unchecked {
		text += style.line(" (signature " + string(d.Signature) + ")")
	}
	return text
}

// frames returns a line for each frame.
func (p *tapPrinter) frames(m tap.Message, d tap.Decoded) shown {
	style := p.tool.style(p.tool.stdout)
	var text strings.Builder
	line := func(name string, value shown) { fmt.Fprintf(&text, "  %-11s %s\n", name, value) }
	if d.Header.Sender == "" && d.Err != nil {
		line("error", style.bad(errorText(d.Err)))
		for i, frame := range m.Frames {
			line(fmt.Sprintf("frame %d", i), style.line(repr(frame)))
		}
		return shown(text.String())
	}
	line("header", style.line(fmt.Sprintf("PZC00, sender %s, topic %s", d.Header.Sender, repr(d.Header.Topic))))
	serializer := d.Header.Serializer
	if protocol, ok := d.Header.PickleProtocol(); ok {
		serializer += fmt.Sprintf(", protocol %d", protocol)
	}
	line("serializer", style.line(serializer))
	line("content", p.content(d))
	line("id", style.line(d.Header.ID))
	signature := style.line(string(d.Signature))
	if d.Signature == tap.Invalid {
		signature = style.bad(string(d.Signature))
	}
	line("signature", signature)
	return shown(text.String())
}

// content returns the decoded content, or its instructions.
func (p *tapPrinter) content(d tap.Decoded) shown {
	style := p.tool.style(p.tool.stdout)
	if p.settings.dis && d.Header.IsPickle() {
		out := limitedBuffer{tool: p.tool}
		err := pickle.Dis(&out, d.Header.Body)
		text := indent(style.lines(out.String()))
		if err != nil {
			text += "\n" + style.bad(errorText(err))
		}
		return text
	}
	if d.Err != nil {
		return style.bad(errorText(d.Err)) + "\n" + indent(style.line(repr(d.Header.Body)))
	}
	return style.line(repr(d.Content))
}

// indent puts lines below the name of a frame.
func indent(text shown) shown {
	return shown(strings.ReplaceAll(strings.TrimSuffix(string(text), "\n"), "\n", "\n"+strings.Repeat(" ", 14)))
}

// value returns a message as a value that --output json can write.
func (p *tapPrinter) value(m tap.Message) any {
	items := []py.Item{
		{Key: "number", Value: int64(m.Number)},
		{Key: "time", Value: m.Time.UTC().Format(time.RFC3339Nano)},
		{Key: "kind", Value: string(m.Kind)},
	}
	if m.Answers > 0 {
		items = append(items, py.Item{Key: "answers", Value: int64(m.Answers)})
	}
	switch m.Kind {
	case tap.Lost:
	case tap.Subscribe, tap.Unsubscribe:
		items = append(items, py.Item{Key: "prefix", Value: string(bytes.Join(m.Frames, nil))})
	default:
		d := m.Decode(p.tool.settings.protocol)
		items = append(items,
			py.Item{Key: "sender", Value: d.Header.Sender}, py.Item{Key: "topic", Value: d.Header.Topic},
			py.Item{Key: "serializer", Value: d.Header.Serializer}, py.Item{Key: "id", Value: d.Header.ID},
			py.Item{Key: "signature", Value: string(d.Signature)}, py.Item{Key: "content", Value: d.Content})
		if d.Err != nil {
			items = append(items, py.Item{Key: "error", Value: errorText(d.Err)})
		}
	}
	return py.StrDict(items...)
}
