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
func (p *tapPrinter) text(m tap.Message) string {
	style := p.tool.style(p.tool.stdout)
	title := fmt.Sprintf("%s %s %s", style.faint(fmt.Sprintf("#%d", m.Number)), style.faint(m.Time.Local().Format(tapTime)),
		kindStyle(style, m.Kind))
	if m.Answers > 0 {
		title += fmt.Sprintf(" to #%d", m.Answers)
	}
	switch m.Kind {
	case tap.Lost:
		return title + ": the server went away before it answered\n"
	case tap.Subscribe, tap.Unsubscribe:
		return title + " " + repr(string(bytes.Join(m.Frames, nil))) + "\n"
	}
	d := m.Decode(p.tool.settings.protocol)
	if p.settings.brief {
		return title + " " + p.brief(d) + "\n"
	}
	return title + "\n" + p.frames(m, d)
}

func kindStyle(s style, kind tap.Kind) string {
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

// brief returns a message in one line: sender, topic, content, and the signature unless it is as it should be.
func (p *tapPrinter) brief(d tap.Decoded) string {
	words := []string{first(d.Header.Sender, "?")}
	if d.Header.Topic != "" {
		words = append(words, d.Header.Topic)
	}
	if d.Err != nil {
		words = append(words, p.tool.style(p.tool.stdout).bad(errorText(d.Err)))
	} else {
		words = append(words, repr(d.Content))
	}
	if d.Signature == tap.Invalid || d.Signature == tap.Unchecked {
		words = append(words, "(signature "+string(d.Signature)+")")
	}
	return strings.Join(words, " ")
}

// frames returns a line for each frame.
func (p *tapPrinter) frames(m tap.Message, d tap.Decoded) string {
	style := p.tool.style(p.tool.stdout)
	var text strings.Builder
	line := func(name, value string) { fmt.Fprintf(&text, "  %-11s %s\n", name, value) }
	if d.Header.Sender == "" && d.Err != nil {
		line("error", style.bad(errorText(d.Err)))
		for i, frame := range m.Frames {
			line(fmt.Sprintf("frame %d", i), repr(frame))
		}
		return text.String()
	}
	line("header", fmt.Sprintf("PZC00, sender %s, topic %s", d.Header.Sender, repr(d.Header.Topic)))
	serializer := d.Header.Serializer
	if protocol, ok := d.Header.PickleProtocol(); ok {
		serializer += fmt.Sprintf(", protocol %d", protocol)
	}
	line("serializer", serializer)
	line("content", p.content(d))
	line("id", d.Header.ID)
	signature := string(d.Signature)
	if d.Signature == tap.Invalid {
		signature = style.bad(signature)
	}
	line("signature", signature)
	return text.String()
}

// content returns the decoded content, or its instructions.
func (p *tapPrinter) content(d tap.Decoded) string {
	style := p.tool.style(p.tool.stdout)
	if p.settings.dis && d.Header.IsPickle() {
		var out bytes.Buffer
		err := pickle.Dis(&out, d.Header.Body)
		text := indent(out.String())
		if err != nil {
			text += "\n" + style.bad(errorText(err))
		}
		return text
	}
	if d.Err != nil {
		return style.bad(errorText(d.Err)) + "\n" + indent(repr(d.Header.Body))
	}
	return repr(d.Content)
}

// indent puts lines below the name of a frame.
func indent(text string) string {
	return strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n"+strings.Repeat(" ", 14))
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
