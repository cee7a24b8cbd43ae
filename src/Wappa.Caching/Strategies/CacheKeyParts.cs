using System.Runtime.CompilerServices;

namespace Wappa.Caching;

/// <summary>
/// The parts of a key within a strategy's namespace, written as a collection: <c>["conversation", id, "messages"]</c>. Texts, whole
/// numbers and GUIDs, 1 or more of them; up to four allocate nothing.
/// </summary>
/// <remarks>A plain value: it may be kept, captured and passed to async methods. <c>"123"</c> and <c>123</c> are the same part.</remarks>
[CollectionBuilder(typeof(CacheKeyParts), nameof(Create))]
public readonly struct CacheKeyParts
{
    private const int Inline = 4;

    private readonly CacheKeyPart _first;
    private readonly CacheKeyPart _second;
    private readonly CacheKeyPart _third;
    private readonly CacheKeyPart _fourth;
    private readonly CacheKeyPart[]? _others;

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // where the count is known, which is everywhere, three moves are left of it
    private CacheKeyParts(ReadOnlySpan<CacheKeyPart> parts)
    {
        Count = parts.Length;
        if (parts.Length > 0) _first = parts[0].Copy();
        if (parts.Length > 1) _second = parts[1].Copy();
        if (parts.Length > 2) _third = parts[2].Copy();
        if (parts.Length > 3) _fourth = parts[3].Copy();
        if (parts.Length > Inline) _others = parts[Inline..].ToArray();
    }

    /// <summary>How many parts there are. 0 only for <see langword="default"/> and <c>[]</c>, which are no key.</summary>
    public int Count { get; }

    /// <summary>One part.</summary>
    /// <param name="index">From 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    public CacheKeyPart this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            return index switch
            {
                0 => _first,
                1 => _second,
                2 => _third,
                3 => _fourth,
                _ => _others![index - Inline],
            };
        }
    }

    /// <summary>For collection expressions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CacheKeyParts Create(ReadOnlySpan<CacheKeyPart> parts) => new(parts);

#pragma warning disable CA1720 // Identifier contains type name: it says as what the part is read, as in Utf8JsonReader.GetInt64

    /// <summary>A part as a number; a text in the same digits counts.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many parts.</exception>
    /// <exception cref="InvalidOperationException">It is not a whole number of 64 bits.</exception>
    public long Int64(int index) => this[index].TryGetInt64(out var number) ? number : throw IsNot(index, "a whole number of 64 bits");

    /// <summary>A part as text, as it was given; numbers and GUIDs as they are written.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many parts.</exception>
    public string Text(int index) => this[index].ToString();

    /// <summary>A part as a GUID; a text in its lower-case form with hyphens counts.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many parts.</exception>
    /// <exception cref="InvalidOperationException">It is not a GUID.</exception>
    public Guid Guid(int index) => this[index].TryGetGuid(out var id) ? id : throw IsNot(index, "a GUID");

#pragma warning restore CA1720

    /// <summary>The parts in order.</summary>
    public IEnumerator<CacheKeyPart> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    /// <summary>How many parts there are. Not the parts themselves: they may name a person, and this ends up in logs.</summary>
    public override string ToString() => Count == 1 ? "a key of 1 part" : $"a key of {Count} parts";

    /// <summary>Writes prefix and parts as one key.</summary>
    /// <returns>False: it does not fit.</returns>
    /// <exception cref="ArgumentException">A part is not a valid name, or there is none.</exception>
    internal bool TryWrite(string prefix, Span<char> key, out int written) =>
        TryWriteAsIs(prefix, key, out written) || TryWriteEscaped(prefix, key, out written);

    // Nearly every key is of few parts that stand in it as they are.
    private bool TryWriteAsIs(string prefix, Span<char> key, out int written)
    {
        written = 0;
        if (Count is < 1 or > Inline || !prefix.TryCopyTo(key)) return false;

        // Where the next part goes is known from the one before. The position is handed on by value, in a register: by reference
        // each part would wait until the memory has it.
        var at = _first.Append(key, prefix.Length);
        if (Count > 1) at = _second.Append(key, at);
        if (Count > 2) at = _third.Append(key, at);
        if (Count > 3) at = _fourth.Append(key, at);
        written = at;
        return at >= 0;
    }

    private bool TryWriteEscaped(string prefix, Span<char> key, out int written)
    {
        written = prefix.Length;
        if (Count == 0) throw NoPart();
        if (!prefix.TryCopyTo(key)) return false;
        for (var i = 0; i < Count; i++)
        {
            if (written >= key.Length) return false;
            key[written++] = ':';
            if (!this[i].TryWriteEscaped(key[written..], out var length)) return false;
            written += length;
        }

        return true;
    }

    private static InvalidOperationException IsNot(int index, string what) =>
        new($"Part {index} of the key is not {what}. Read it with {nameof(Text)}, or build the key with such a part there.");

    private static ArgumentException NoPart() =>
        new("A cache key needs at least one part after its namespace, as in [\"conversation\", id].", "key");
}
