namespace Wappa.Caching.Loading;

/// <summary>What a load brings beside its result, for another key that it learned of on the way. It carries the result's tags.</summary>
/// <param name="Key">The other key.</param>
/// <param name="Value">Its bytes, which become the entry's.</param>
/// <param name="Ttl">How long it is fresh; null: until it is removed or evicted.</param>
/// <param name="IsNeverStale">Whether it ends then, whatever stale windows the policy has.</param>
internal sealed record LoadCompanion(string Key, ReadOnlyMemory<byte> Value, TimeSpan? Ttl, bool IsNeverStale);

/// <summary>What a load is given, if it holds on to something that ends with the caller's request.</summary>
internal interface IDetachable
{
    /// <summary>The load will run in the background, when the caller is gone: copy what is needed. Called by the caller.</summary>
    void Detach();
}
