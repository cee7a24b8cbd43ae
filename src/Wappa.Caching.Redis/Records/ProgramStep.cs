using System.Diagnostics;
using Wappa.Caching.Documents;
using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Records;

/// <summary>One step of <c>records.lua</c>: a change in the words the script knows.</summary>
internal readonly struct ProgramStep
{
    // What a list item or field value is checked in: the checks are the document's own.
    private const string Scratch = "f";

    private readonly byte _code;
    private readonly int _record;
    private readonly int _fieldCount;
    private readonly TimeSpan? _ttl;
    private readonly TimeSpan? _ttlOnCreate;
    private readonly CacheDocument? _document;
    private readonly string _field;
    private readonly ReadOnlyMemory<byte> _text;
    private readonly long _number;

    private ProgramStep(
        int record, char code, RecordChange? change, CacheDocument? document = null, string field = "", ReadOnlyMemory<byte> text = default,
        long number = 0)
    {
        _record = record;
        _code = (byte)code;
        _ttl = change?.Ttl;
        _ttlOnCreate = change?.TtlOnCreate;
        _document = document;
        _fieldCount = document?.Count ?? 0;
        _field = field;
        _text = text;
        _number = number;
    }

    /// <summary>How many arguments it has, the record and the code among them.</summary>
    internal int ArgumentCount => 2 + (char)_code switch
    {
        'S' or 'C' or 'M' => 3 + 2 * _fieldCount,
        'X' => 4 + 2 * _fieldCount,
        'I' => 4,
        'A' => 5,
        'R' or 'E' or 'Q' or 'V' => 1,
        _ => 0,
    };

    /// <summary>How many arguments it has for a script of its own.</summary>
    internal int DirectArgumentCount => (char)_code switch
    {
        'M' => 2 + 2 * _fieldCount,
        'I' => 4,
        'A' => 5,
        _ => throw new UnreachableException(),
    };

    /// <summary>A change that the script can work out: any but an increment by a decimal or a double.</summary>
    /// <param name="record">Which record of the program, from 0.</param>
    /// <param name="change">The change.</param>
    /// <exception cref="CacheSerializationException">Its JSON is no single value, or too deep.</exception>
    internal static ProgramStep Of(int record, RecordChange change) => change switch
    {
        RecordChange.Set set => new(record, 'S', change, set.Document),
        RecordChange.Merge merge => new(record, 'M', change, merge.Fields),
        RecordChange.SetField set => new(record, 'M', change, CacheDocument.Empty.SetField(set.Field, set.Json.Span)),
        RecordChange.Increment add => new(record, 'I', change, field: add.Field, text: Text(add.By)),
        RecordChange.Append append => new(
            record, 'A', change, field: append.Field, text: Item(append.Json.Span), number: append.MaxLength ?? 0),
        RecordChange.RemoveField remove => new(record, 'R', change, field: remove.Field),
        RecordChange.Delete => new(record, 'D', change),
        RecordChange.Expire => new(record, 'E', change),
        RecordChange.Persist => new(record, 'P', change),
        RecordChange.CreateIfAbsent create => new(record, 'C', change, create.Document),
        RecordChange.ReplaceIf replace => new(record, 'X', change, replace.Document, number: replace.Revision),
        RecordChange.Require require => new(record, 'Q', change, number: require.Revision),
        _ => throw new ArgumentException($"{change.GetType().Name} is not a change this version knows.", nameof(change)),
    };

    /// <summary>Sets the field of an increment to what .NET made of it.</summary>
    internal static ProgramStep OfSum(int record, RecordChange.Increment change, ReadOnlySpan<byte> sum) =>
        new(record, 'M', change, CacheDocument.Empty.SetField(change.Field, sum));

    /// <summary>Ends the program as stale unless the record is what .NET saw.</summary>
    internal static ProgramStep OfPin(int record, long revision) => new(record, 'V', null, number: revision);

    /// <summary>Ends the program as failed: .NET has found out why.</summary>
    internal static ProgramStep OfFailure(int record) => new(record, 'F', null);

    internal void Write(ref CommandWriter writer)
    {
        writer.Write(_record + 1);
        writer.Write([_code]);
        switch ((char)_code)
        {
            case 'S' or 'C':
                WriteTtl(ref writer, _ttl);
                WriteDocument(ref writer);
                break;
            case 'X':
                writer.Write(_number);
                WriteTtl(ref writer, _ttl);
                WriteDocument(ref writer);
                break;
            case 'M':
                WriteTtls(ref writer);
                writer.Write(_fieldCount);
                HashField.WriteAll(ref writer, _document!);
                break;
            case 'I':
                WriteTtls(ref writer);
                WriteField(ref writer);
                break;
            case 'A':
                WriteTtls(ref writer);
                WriteField(ref writer);
                writer.Write(_number);
                break;
            case 'R':
                HashField.WriteName(ref writer, _field);
                break;
            case 'E':
                WriteTtl(ref writer, _ttl);
                break;
            case 'Q' or 'V':
                writer.Write(_number);
                break;
        }
    }

    /// <summary>Writes the arguments for a script of its own.</summary>
    internal void WriteDirect(ref CommandWriter writer)
    {
        WriteTtls(ref writer);
        if (_document is not null)
        {
            HashField.WriteAll(ref writer, _document);
            return;
        }

        WriteField(ref writer);
        if (_code == (byte)'A') writer.Write(_number);
    }

    private void WriteDocument(ref CommandWriter writer)
    {
        writer.Write(_document!.ByteCount);
        writer.Write(_fieldCount);
        HashField.WriteAll(ref writer, _document);
    }

    private void WriteField(ref CommandWriter writer)
    {
        HashField.WriteName(ref writer, _field);
        writer.Write(_text.Span);
    }

    private void WriteTtls(ref CommandWriter writer)
    {
        WriteTtl(ref writer, _ttl);
        WriteTtl(ref writer, _ttlOnCreate);
    }

    // Rounded up to a millisecond by the change itself, but for times without end.
    private static void WriteTtl(ref CommandWriter writer, TimeSpan? ttl)
    {
        if (ttl is { } span) writer.Write(StoredRecord.Milliseconds(span));
        else writer.Write(""u8);
    }

    private static byte[] Text(CacheNumber number)
    {
        Span<byte> text = stackalloc byte[CacheNumber.MaxTextLength];
        return text[..number.Format(text)].ToArray();
    }

    private static byte[] Item(ReadOnlySpan<byte> json)
    {
        CacheDocument.Empty.Append(Scratch, json, null, out _).TryGetField(Scratch, out var list);
        return list[1..^1].ToArray();
    }
}
