using System.Collections;

namespace Wappa.Caching;

/// <summary>One value on its way to the database.</summary>
/// <param name="Key">The key it was written under; numbers read as <see cref="CacheKeyParts.Int64"/> also after a restart.</param>
/// <param name="Value">The newest value of the key when the batch was made.</param>
/// <param name="Sequence">Grows with each write of the key and is never used twice. A database that keeps it beside the row and takes only
/// larger ones needs no other protection against repeats and against a node that was thought dead.</param>
/// <param name="Attempts">How often it has failed already.</param>
public readonly record struct WriteBehindItem<T>(CacheKeyParts Key, T Value, long Sequence, int Attempts)
{
    /// <summary>Sequence and attempts. Neither key nor value: they may be somebody's, and this ends up in logs.</summary>
    public override string ToString() => $"write {Sequence} after {Attempts} attempts";
}

/// <summary>Values to write to the database together, no key twice. Belongs to one call of
/// <c>PersistAsync</c> of a <see cref="WriteBehindCacheStrategy{T}"/>.</summary>
/// <typeparam name="T">The value.</typeparam>
public sealed class WriteBehindBatch<T> : IReadOnlyList<WriteBehindItem<T>>
{
    private readonly IReadOnlyList<WriteBehindItem<T>> _items;
    private readonly Exception?[] _rejected;

    internal WriteBehindBatch(IReadOnlyList<WriteBehindItem<T>> items)
    {
        _items = items;
        _rejected = new Exception?[items.Count];
    }

    /// <summary>How many there are, 1 or more.</summary>
    public int Count => _items.Count;

    /// <summary>One value.</summary>
    public WriteBehindItem<T> this[int index] => _items[index];

    /// <summary>Says that the database will never take a value: it becomes a dead letter at once, and the others are judged
    /// without it.</summary>
    /// <param name="index">Its place in the batch, from 0.</param>
    /// <param name="reason">Why; its type and message are kept with the dead letter.</param>
    public void Reject(int index, Exception reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        _rejected[index] = reason;
    }

    /// <inheritdoc/>
    public IEnumerator<WriteBehindItem<T>> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal Exception? RejectionOf(int index) => _rejected[index];
}
