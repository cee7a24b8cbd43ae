using System.Diagnostics.CodeAnalysis;

namespace Wappa.Caching;

/// <summary>The answer to a read that tells apart what a null cannot: a hit (even of null or 0), a miss, a failed store.</summary>
/// <typeparam name="T">The value's type.</typeparam>
public readonly struct CacheResult<T>
{
    private readonly DocumentRecord _record;
    private readonly T? _value;

    private CacheResult(T? value, in DocumentRecord record, bool isHit, bool isNull, Exception? error)
    {
        _value = value;
        _record = record;
        IsHit = isHit;
        IsNull = isNull;
        Error = error;
    }

    /// <summary>There is no such record, or no such field.</summary>
    public static CacheResult<T> Miss => default;

    /// <summary>Whether there is a value.</summary>
    public bool IsHit { get; }

    /// <summary>Whether the field is there and holds a JSON null, which for a <typeparamref name="T"/> such as
    /// <see cref="int"/> reads as 0.</summary>
    public bool IsNull { get; }

    /// <summary>Why the store could not answer; <see langword="null"/> for a hit or a miss.</summary>
    public Exception? Error { get; }

    /// <summary>The value of a hit.</summary>
    /// <exception cref="InvalidOperationException">Not a hit.</exception>
    public T? Value => IsHit ? _value : throw new InvalidOperationException("A miss has no value; look at IsHit first.");

    /// <summary>The record's revision; 0 unless a hit.</summary>
    public long Revision => _record.Revision;

    /// <summary>How long the record still lives, from now.</summary>
    public CacheTtl Ttl => _record.Ttl;

    /// <summary>Whether there is a value, and the value.</summary>
    public bool TryGet([MaybeNullWhen(false)] out T value)
    {
        value = _value;
        return IsHit;
    }

    /// <summary>The value of a hit, else what is given.</summary>
    public T? GetValueOrDefault(T? other = default) => IsHit ? _value : other;

    internal static CacheResult<T> Hit(T? value, in DocumentRecord record, bool isNull = false) =>
        new(value, record, true, isNull, null);

    internal static CacheResult<T> Failed(Exception error) => new(default, default, false, false, error);
}
