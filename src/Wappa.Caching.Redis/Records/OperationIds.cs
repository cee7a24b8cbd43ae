using System.Globalization;
using System.Security.Cryptography;

namespace Wappa.Caching.Redis.Records;

/// <summary>Names for steps that must not happen twice. Short, as the record keeps them: a random start for the store, and a
/// count.</summary>
internal sealed class OperationIds
{
    private readonly string _store = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 8);
    private long _count;

    internal string Next() => string.Create(CultureInfo.InvariantCulture, $"{_store}.{Interlocked.Increment(ref _count):x}");
}
