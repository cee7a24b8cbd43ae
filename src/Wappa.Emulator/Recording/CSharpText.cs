using System.Globalization;
using System.Text;

namespace Wappa.Emulator;

/// <summary>Values as C# source. Whatever a text holds, what comes out is one token.</summary>
internal static class CSharpText
{
    private static readonly HashSet<string> Words =
    [
        "abstract", "as", "base", "bool", "break", "byte", "case", "catch", "char", "checked", "class", "const", "continue", "decimal",
        "default", "delegate", "do", "double", "else", "enum", "event", "explicit", "extern", "false", "finally", "fixed", "float",
        "for", "foreach", "goto", "if", "implicit", "in", "int", "interface", "internal", "is", "lock", "long", "namespace", "new", "null",
        "object", "operator", "out", "override", "params", "private", "protected", "public", "readonly", "ref", "return", "sbyte", "sealed",
        "short", "sizeof", "stackalloc", "static", "string", "struct", "switch", "this", "throw", "true", "try", "typeof", "uint", "ulong",
        "unchecked", "unsafe", "ushort", "using", "virtual", "void", "volatile", "while", "await", "var", "bot",
    ];

    /// <summary>A string literal. Everything that is not seen, or that changes how a line reads, is escaped.</summary>
    internal static string Literal(string text)
    {
        var literal = new StringBuilder(text.Length + 2).Append('"');
        for (var index = 0; index < text.Length; index++)
        {
            var letter = text[index];
            if (char.IsSurrogatePair(text, index)) literal.Append(letter).Append(text[++index]);
            else literal.Append(Escape(letter));
        }

        return literal.Append('"').ToString();
    }

    /// <summary>A name with capitals, such as a class's, of the letters and digits of a text.</summary>
    internal static string Pascal(string text, string otherwise, int most = 40)
    {
        var name = new StringBuilder();
        var begins = true;
        foreach (var letter in text)
        {
            if (!char.IsAsciiLetterOrDigit(letter)) begins = true;
            else if (name.Length > 0 || char.IsAsciiLetter(letter))
            {
                name.Append(begins ? char.ToUpperInvariant(letter) : letter);
                begins = false;
            }

            if (name.Length == most) break;
        }

        return name.Length == 0 ? otherwise : name.ToString();
    }

    /// <summary>A variable's name, of the first word of a text.</summary>
    internal static string Variable(string text, string otherwise)
    {
        var name = Pascal(text.Trim().Split(' ')[0], otherwise);
        name = char.ToLowerInvariant(name[0]) + name[1..];
        return Words.Contains(name) ? otherwise : name;
    }

    /// <summary>A length of time as an expression.</summary>
    internal static string Span(TimeSpan span)
    {
        var (unit, value) = span.Ticks % TimeSpan.TicksPerDay == 0 ? ("Days", span.Ticks / TimeSpan.TicksPerDay)
            : span.Ticks % TimeSpan.TicksPerHour == 0 ? ("Hours", span.Ticks / TimeSpan.TicksPerHour)
            : span.Ticks % TimeSpan.TicksPerMinute == 0 ? ("Minutes", span.Ticks / TimeSpan.TicksPerMinute)
            : span.Ticks % TimeSpan.TicksPerSecond == 0 ? ("Seconds", span.Ticks / TimeSpan.TicksPerSecond)
            : ("Milliseconds", span.Ticks / TimeSpan.TicksPerMillisecond);
        return string.Create(CultureInfo.InvariantCulture, $"TimeSpan.From{unit}({value})");
    }

    private static string Escape(char letter) => letter switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        _ when IsSeen(letter) => letter.ToString(),
        _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:X4}"),
    };

    private static bool IsSeen(char letter) => char.GetUnicodeCategory(letter) is not (UnicodeCategory.Control or
        UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or
        UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator) && (letter == ' ' || !char.IsWhiteSpace(letter));
}
