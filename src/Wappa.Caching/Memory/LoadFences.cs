using System.Collections.Immutable;

namespace Wappa.Caching.Memory;

/// <summary>Remembers in O(1) space what beats a load: every fence and every write that beats takes the next number of
/// one count, and a load loses to any write of its key, its tags or its prefixes with a higher number than its
/// fence.</summary>
/// <remarks>
/// <para>The interleaving it is there for: a load reads 1 from the source; another request writes 2 to the source and
/// removes the key; the load stores 1, and 1 is served until it expires. With a fence the removal has the higher
/// number, and the load is refused. It is refused too if the removal found nothing, so the number cannot be kept at the
/// entry alone.</para>
/// <para>Invariants:</para>
/// <list type="bullet">
/// <item><description>Numbers only grow, and none is given twice.</description></item>
/// <item><description>A write takes its number, and <see cref="IsBeaten"/> is asked, under the store's lock and in the
/// same hold as the change itself. So between asking and storing no write can slip in.</description></item>
/// <item><description>A stripe holds the highest number of all keys (or tags) that share it. Two that share one may
/// make a load be refused that was not beaten; a beaten one is always refused.</description></item>
/// <item><description>The last few prefixes are kept as text; of older ones only the highest number, which beats every
/// load that began before, whatever its key.</description></item>
/// </list>
/// <para>A fence is taken without the lock. If it is taken while a write holds it, either order is right: before the
/// write the load is refused; after it, the load reads a source that was changed before the write was asked for.</para>
/// </remarks>
internal sealed class LoadFences
{
    internal const int Stripes = 1024;
    internal const int RememberedPrefixes = 64;

    private readonly long[] _keys = new long[Stripes];
    private readonly long[] _tags = new long[Stripes];
    private readonly (string Prefix, long At)[] _prefixes = new (string, long)[RememberedPrefixes];
    private int _oldestPrefix;
    private long _forgottenPrefixAt;
    private long _last;

    /// <summary>The fence of a load that begins now. Any thread.</summary>
    internal LoadFence Begin() => new(Next());

    /// <summary>Beats the loads of a key that have begun.</summary>
    /// <param name="hash">The key's <see cref="KeyHash"/>.</param>
    internal long Beat(uint hash) => _keys[hash % Stripes] = Next();

    /// <summary>Beats the loads whose results carry a tag.</summary>
    internal long BeatTag(string tag) => _tags[StripeOf(tag)] = Next();

    /// <summary>Beats the loads of keys with a prefix.</summary>
    internal long BeatPrefix(string prefix)
    {
        ref var slot = ref _prefixes[_oldestPrefix];
        _forgottenPrefixAt = slot.At;
        slot = (prefix, Next());
        _oldestPrefix = (_oldestPrefix + 1) % RememberedPrefixes;
        return slot.At;
    }

    /// <summary>Whether something that came after the fence beats the load. A fence this store did not give is
    /// beaten.</summary>
    internal bool IsBeaten(string key, uint hash, ImmutableArray<string> tags, LoadFence fence)
    {
        var began = fence.Stamp;
        if (began <= 0 || began > Volatile.Read(ref _last)) return true;
        if (_keys[hash % Stripes] > began || _forgottenPrefixAt > began) return true;
        foreach (var tag in tags)
        {
            if (_tags[StripeOf(tag)] > began) return true;
        }

        for (var i = 1; i <= RememberedPrefixes; i++)
        {
            var (prefix, at) = _prefixes[(_oldestPrefix + RememberedPrefixes - i) % RememberedPrefixes];
            if (at <= began) return false;
            if (key.StartsWith(prefix, StringComparison.Ordinal)) return true;
        }

        return false;
    }

    private long Next() => Interlocked.Increment(ref _last);

    // The hash is seeded per process: nobody can choose keys that all fall into one stripe.
    private static int StripeOf(string text) => (int)((uint)text.GetHashCode(StringComparison.Ordinal) % Stripes);
}
