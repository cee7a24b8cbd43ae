using System.Buffers;
using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json.Records;

/// <summary>Breaks a document's compact text into lines and puts it together again. Names, numbers and texts are copied
/// to the letter, so the document that comes back is the one that went in.</summary>
internal static class IndentedJson
{
    /// <summary>What is nested deeper stands in one line: a list of small numbers at level 64 would be 60 times its
    /// size.</summary>
    internal const int MaxLevels = 16;

    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[],:"u8);

    /// <summary>A line break and more spaces than the deepest line has.</summary>
    internal static ReadOnlySpan<byte> LineBreak => "\n                                                "u8;

    /// <summary>The bytes of a line break with the indentation of a level; the members of the value itself have level
    /// 1.</summary>
    internal static int LineBreakLength(int level) => 1 + (2 * (level + 1));

    /// <param name="compact">A value without white space between its tokens.</param>
    /// <param name="output">Where it is appended; its first line continues the last one there.</param>
    internal static void Append(ReadOnlySpan<byte> compact, FileBuffer output)
    {
        var level = 0;
        while (!compact.IsEmpty)
        {
            var length = TokenLength(compact);
            var token = compact[..length];
            compact = compact[length..];
            switch (token[0])
            {
                case (byte)'{' or (byte)'[' when compact[0] is (byte)'}' or (byte)']':
                    output.Append(token);
                    output.Append(compact[..1]);
                    compact = compact[1..];
                    break;
                case (byte)'{' or (byte)'[':
                    output.Append(token);
                    AppendLineBreak(++level, level, output);
                    break;
                case (byte)'}' or (byte)']':
                    AppendLineBreak(level, level - 1, output);
                    level--;
                    output.Append(token);
                    break;
                case (byte)',':
                    output.Append(token);
                    AppendLineBreak(level, level, output);
                    break;
                case (byte)':':
                    output.Append(level <= MaxLevels ? ": "u8 : ":"u8);
                    break;
                default:
                    output.Append(token);
                    break;
            }
        }
    }

    /// <summary>How long the text is that begins here with its opening quote, both quotes included; 0: it does not
    /// end.</summary>
    internal static int StringLength(ReadOnlySpan<byte> json)
    {
        for (var at = 1; at < json.Length;)
        {
            var next = json[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0) return 0;
            at += next;
            if (json[at] == '"') return at + 1;
            at += 2;
        }

        return 0;
    }

    private static int TokenLength(ReadOnlySpan<byte> json)
    {
        if (json[0] == '"') return StringLength(json);
        var length = json.IndexOfAny(Structure);
        return length switch
        {
            < 0 => json.Length,
            0 => 1,
            _ => length,
        };
    }

    private static void AppendLineBreak(int level, int indentation, FileBuffer output)
    {
        if (level <= MaxLevels) output.Append(LineBreak[..LineBreakLength(indentation)]);
    }
}
