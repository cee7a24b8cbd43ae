using System.Diagnostics.CodeAnalysis;

namespace Wappa.Caching;

/// <summary>The answer to a read of an entry: a miss, or a hit, even of null.</summary>
/// <typeparam name="T">The value's type.</typeparam>
public readonly struct CacheLookup<T>
{
    private readonly T? _value;

    internal CacheLookup(T? value, bool isStale)
    {
        _value = value;
        IsHit = true;
        IsStale = isStale;
    }

    /// <summary>There is no such entry.</summary>
    public static CacheLookup<T> Miss => default;

    /// <summary>Whether there is a value, fresh or stale.</summary>
    public bool IsHit { get; }

    /// <summary>Whether the value is past its time to live and only kept for
    /// <see cref="CacheEntryPolicy.StaleWhileRevalidate"/> or <see cref="CacheEntryPolicy.StaleIfError"/>.</summary>
    public bool IsStale { get; }

    /// <summary>The value of a hit.</summary>
    /// <exception cref="InvalidOperationException">Not a hit.</exception>
    public T? Value => IsHit ? _value : throw new InvalidOperationException("A miss has no value; look at IsHit first.");

    /// <summary>Whether there is a value, and the value.</summary>
    public bool TryGet([MaybeNullWhen(false)] out T value)
    {
        value = _value;
        return IsHit;
    }

    /// <summary>The value of a hit, else what is given.</summary>
    public T? GetValueOrDefault(T? other = default) => IsHit ? _value : other;
}
