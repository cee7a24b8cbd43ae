using System.Numerics;

namespace Wappa.Caching.Memory;

/// <summary>How often keys were asked for lately, those that are not kept included: an estimate of 0 to 15, in about two bytes
/// an entry.</summary>
/// <remarks>
/// <para>Source: Einziger, Friedman and Manes, <i>TinyLFU: A Highly Efficient Cache Admission Policy</i>, ACM Transactions on
/// Storage 2017. A count-min sketch: a key has four counters of four bits, shared with others; the estimate is the lowest, and
/// only the lowest are raised, so a rare key is overrated only if it shares all four. All four are in one cache line.</para>
/// <para>After three additions for each entry all counters are halved, so that what was popular once does not stay for ever; a
/// read is an addition only once it is credited. Nothing is done to many counters at once: an addition
/// halves a few lines while a halving runs, and when the sketch doubles, a page is copied at its first use.</para>
/// <para>Not thread-safe: under the store's lock. Only writes touch it, so reads cost it nothing.</para>
/// </remarks>
internal sealed class FrequencySketch
{
    internal const int Most = 15;

    private const int LineWords = 8;        // 64 bytes, 128 counters
    private const int PageLines = 32;
    private const int PageWords = PageLines * LineWords;
    private const int EntriesPerLine = 32;
    private const int EntriesPerPage = PageLines * EntriesPerLine;
    private const int AdditionsPerEntry = 3;
    private const int FewestEntries = 1000; // with less, chance would decide
    private const int LinesAgedPerAddition = 8;
    private const ulong Halves = 0x7777_7777_7777_7777;

    private ulong[]?[] _pages = [new ulong[PageWords]];
    private long _additions;
    private int _aged = -1; // lines that have been halved; -1: no halving runs

    /// <summary>How many entries it is made for.</summary>
    internal int Capacity => _pages.Length * EntriesPerPage;

    /// <summary>Doubles the sketch as long as there are more entries than it is made for.</summary>
    internal void Reserve(int entries)
    {
        while (entries > Capacity) Array.Resize(ref _pages, _pages.Length * 2);
    }

    /// <summary>Adds to a key's count.</summary>
    internal void Add(uint hash, int times, int entries)
    {
        var line = Line(hash, out var picks);
        for (; times > 0; times--)
        {
            var lowest = Lowest(line, picks);
            if (lowest == Most) break;
            Raise(line, picks, lowest);
        }

        if (++_additions >= (long)AdditionsPerEntry * Math.Max(entries, FewestEntries) && _aged < 0)
        {
            _aged = 0;
            _additions = 0;
        }

        if (_aged >= 0) Halve(LinesAgedPerAddition);
    }

    /// <summary>A key's count, 15 at most.</summary>
    internal int Estimate(uint hash) => Lowest(Line(hash, out var picks), picks);

    private Span<ulong> Line(uint hash, out uint picks)
    {
        var mixed = (hash + 1) * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 32)) * 0xD6E8FEB86659FD93;
        picks = (uint)mixed;
        var line = (int)((mixed >> 32) & (ulong)((_pages.Length * (long)PageLines) - 1));
        return Page(line / PageLines).AsSpan(line % PageLines * LineWords, LineWords);
    }

    // A doubled sketch begins as two copies of what it was, and a page that was not used before it doubled again as a copy of
    // the same page of an earlier half.
    private ulong[] Page(int number)
    {
        if (_pages[number] is { } there) return there;
        var half = (int)BitOperations.RoundUpToPowerOf2((uint)number + 1) >> 1;
        var page = (ulong[])Page(number - half).Clone();
        _pages[number] = page;
        return page;
    }

    // Two words for each of the four counters; five bits pick the word and the place in it.
    private static int Lowest(Span<ulong> line, uint picks)
    {
        var lowest = Most;
        for (var row = 0; row < 4; row++, picks >>= 5)
            lowest = Math.Min(lowest, (int)(line[(row * 2) + (int)(picks & 1)] >> Shift(picks)) & Most);
        return lowest;
    }

    private static void Raise(Span<ulong> line, uint picks, int lowest)
    {
        for (var row = 0; row < 4; row++, picks >>= 5)
        {
            ref var word = ref line[(row * 2) + (int)(picks & 1)];
            if (((int)(word >> Shift(picks)) & Most) == lowest) word += 1UL << Shift(picks);
        }
    }

    private static int Shift(uint picks) => (int)((picks >> 1) & 15) * 4;

    private void Halve(int lines)
    {
        for (; lines > 0 && _aged >= 0; lines--)
        {
            if (_pages[_aged / PageLines] is { } page)
            {
                foreach (ref var word in page.AsSpan(_aged % PageLines * LineWords, LineWords)) word = (word >> 1) & Halves;
            }

            if (++_aged == _pages.Length * PageLines) _aged = -1;
        }
    }
}
