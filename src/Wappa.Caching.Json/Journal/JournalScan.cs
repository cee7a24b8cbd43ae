using System.Globalization;
using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json.Journal;

/// <summary>
/// What a journal's directory holds when it is opened: which batches are valid, which of them still matter, and what is
/// damaged. It reads and changes nothing.
/// </summary>
/// <remarks>
/// <para><b>Torn or damaged?</b> One batch is in flight at a time, and batch numbers are contiguous over all segments. So bytes
/// that are no valid batch are the remains of a batch nobody was promised if no number is missing, and damage to a promised
/// one if a number is missing. The last batch of all cannot be told apart from such remains, so remains are kept aside and
/// reported as well.</para>
/// <para><b>Not synced yet.</b> With <see cref="Durability.Interval"/> several batches may be on their way to the disk, and a
/// loss of power takes any of them. What is left must be a beginning of what happened, so batches that may not have been
/// synced and stand behind a missing one are dropped too; the segment that this opening makes says so.</para>
/// <para>Remains that an earlier opening has met stay in their segment until it is deleted. They are not reported again: the
/// segment that opening made says in its header after which batch it begins, and only what stands in that segment or behind
/// it is new.</para>
/// </remarks>
internal sealed class JournalScan
{
    private readonly IFileSystem _files;
    private readonly string _directory;
    private readonly bool _checkSums;
    private readonly SortedDictionary<long, Place> _batches = [];
    private readonly List<JournalRemains> _remains = [];
    private readonly List<(long First, long Last)> _void = []; // no batch has these numbers, and none is missing
    private readonly FileBuffer _buffer = new();

    internal JournalScan(IFileSystem files, string directory, bool checkSums = true)
    {
        _files = files;
        _directory = directory;
        _checkSums = checkSums;
        ListFiles();
        Segments.Sort((a, b) => a.Number.CompareTo(b.Number));
        foreach (var segment in Segments) Read(segment);
        Kept = FindKept();
        var settled = Settled();
        DropUnsynced();

        // What was not synced may be missing before a batch that is there.
        for (var i = 0; i < _remains.Count; i++)
        {
            if (_remains[i].Follows - 1 > Synced) _remains[i] = _remains[i] with { IsDamage = _remains[i].Offset == 0 };
        }

        _remains.RemoveAll(remains => remains.Segment < settled);
    }

    /// <summary>The segments there are, oldest first.</summary>
    internal List<SegmentInfo> Segments { get; } = [];

    /// <summary>Files that an interrupted making of a segment left.</summary>
    internal List<string> Unfinished { get; } = [];

    /// <summary>Batches up to this one are in the record files.</summary>
    internal long Applied { get; private set; }

    /// <summary>Batches up to this one are known to be durable.</summary>
    internal long Synced { get; private set; }

    /// <summary>The last batch there is, or was.</summary>
    internal long Last { get; private set; }

    /// <summary>The last batch that is believed. Those behind it may not have been synced, and one of them is missing.</summary>
    internal long Kept { get; }

    /// <summary>No revision before this opening was higher.</summary>
    internal long Revision { get; private set; }

    /// <summary>The highest number of a segment.</summary>
    internal long LastSegment { get; private set; }

    /// <summary>How many bytes of batches matter.</summary>
    internal long Bytes => _batches.Where(batch => batch.Key > Applied).Sum(batch => (long)batch.Value.Length);

    /// <summary>How many batches that matter are missing.</summary>
    internal long Missing => Math.Max(0, Kept - Applied) - _batches.Keys.Count(number => number > Applied) -
        _void.Sum(range => Math.Max(0, Math.Min(range.Last, Kept) - Math.Max(range.First - 1, Applied)));

    /// <summary>Bytes that are no valid batch and were not met before.</summary>
    internal IReadOnlyList<JournalRemains> Remains => _remains;

    /// <summary>Meets every batch after <paramref name="after"/> in order.</summary>
    internal void Visit(long after, BatchVisitor visit)
    {
        var loaded = -1L;
        foreach (var (number, place) in _batches)
        {
            if (number <= after) continue;
            if (loaded != place.Segment && !_files.TryRead(PathOf(_directory, place.Segment), _buffer))
                throw new FileSystemException("A segment of the journal disappeared while it was read.", FileError.Missing);
            loaded = place.Segment;
            if (!JournalText.TryReadBatch(_buffer.Span[place.Offset..], place.Segment, _checkSums, out var header, out var lines, out _))
                throw new FileSystemException("A segment of the journal changed while it was read.", FileError.Device);
            visit(header, lines);
        }
    }

    /// <summary>The file of a segment.</summary>
    internal static string PathOf(string directory, long segment) =>
        Path.Combine(directory, segment.ToString("D8", CultureInfo.InvariantCulture) + ".jsonl");

    private void ListFiles() => _files.List(_directory, (name, isDirectory) =>
    {
        if (isDirectory) return true;
        if (name.EndsWith(Segment.UnfinishedSuffix, StringComparison.Ordinal)) Unfinished.Add(Path.Combine(_directory, name.ToString()));
        if (name.Length >= 14 && name.EndsWith(".jsonl", StringComparison.Ordinal) &&
            long.TryParse(name[..^6], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            Segments.Add(new SegmentInfo(number));
        }

        return true;
    });

    private void Read(SegmentInfo segment)
    {
        LastSegment = Math.Max(LastSegment, segment.Number);
        if (!_files.TryRead(PathOf(_directory, segment.Number), _buffer)) return;
        var text = _buffer.Span;
        var at = 0;
        if (JournalText.TryReadSegment(text, out var header, out var length) && header.Segment == segment.Number)
        {
            segment.After = header.After;
            Note(header.After, header.Applied, header.Synced, header.Revision);
            Void(header.Kept + 1, header.After);
            if (text.Length < header.Size) _remains.Add(new JournalRemains(segment.Number, text.Length, [], true)); // cut off
            at = length;
        }
        else if (text.IndexOfAnyExcept(JournalText.Filler) < 0)
        {
            _remains.Add(new JournalRemains(segment.Number, 0, [], true)); // a segment gets its name when its header is durable
        }

        while (at < text.Length && text[at..].IndexOfAnyExcept(JournalText.Filler) >= 0)
        {
            if (JournalText.TryReadBatch(text[at..], segment.Number, _checkSums, out var batch, out _, out length))
            {
                _batches[batch.Number] = new Place(segment.Number, at, length);
                segment.LastBatch = Math.Max(segment.LastBatch, batch.Number);
                Note(batch.Number, batch.Applied, batch.Synced, batch.Revision);
                at += length;
                continue;
            }

            var end = NextValid(text, at + 1, segment.Number);
            var piece = text[at..end].TrimEnd(JournalText.Filler);
            var follows = JournalText.TryReadBatch(text[end..], segment.Number, _checkSums, out batch, out _, out _) ? batch.Number : 0;
            _remains.Add(new JournalRemains(segment.Number, at, piece.ToArray(), at == 0 || follows > 0, follows));
            at = end;
        }
    }

    private int NextValid(ReadOnlySpan<byte> text, int from, long segment)
    {
        while (from < text.Length && JournalText.NextBatch(text[from..]) is var next and >= 0)
        {
            from += next;
            if (JournalText.TryReadBatch(text[from..], segment, _checkSums, out _, out _, out _)) return from;
            from++;
        }

        return text.Length;
    }

    // Batches in this range that an older segment holds do not count; the segment at hand may hold some of them anew.
    private void Void(long first, long last)
    {
        if (first > last) return;
        _void.Add((first, last));
        for (var number = first; number <= last; number++) _batches.Remove(number);
    }

    private long FindKept()
    {
        var kept = Math.Max(Applied, Synced);
        while (kept < Last && (_batches.ContainsKey(kept + 1) || IsVoid(kept + 1))) kept++;
        return Math.Max(kept, 0);
    }

    /// <summary>Whether no batch has this number: it was given, and the power was lost. Nor has any behind <see cref="Kept"/>.</summary>
    internal bool IsVoid(long number) => _void.Exists(range => range.First <= number && number <= range.Last);

    private void DropUnsynced()
    {
        for (var number = Kept + 1; number <= Last; number++)
        {
            if (!_batches.Remove(number, out var place) || !_files.TryRead(PathOf(_directory, place.Segment), _buffer)) continue;
            var text = _buffer.Span[place.Offset..];
            if (!JournalText.TryReadBatch(text, place.Segment, _checkSums, out _, out _, out var length)) continue;
            _remains.Add(new JournalRemains(place.Segment, place.Offset, text[..length].ToArray(), false));
        }
    }

    private void Note(long last, long applied, long synced, long revision)
    {
        Last = Math.Max(Last, Math.Max(last, applied));
        Applied = Math.Max(Applied, applied);
        Synced = Math.Max(Synced, Math.Max(synced, applied));
        Revision = Math.Max(Revision, revision);
    }

    // Segments before this one were judged by the opening that made it.
    private long Settled()
    {
        var made = Segments.Where(segment => segment.After >= 0 && segment.After >= Last).Select(segment => segment.Number);
        var holds = _batches.TryGetValue(Kept, out var place) ? place.Segment : 0;
        return Math.Max(holds, made.DefaultIfEmpty(0).Max());
    }

    private readonly record struct Place(long Segment, int Offset, int Length);
}

/// <summary>Meets a batch; its lines are valid during the call only.</summary>
internal delegate void BatchVisitor(in BatchHeader header, ReadOnlySpan<byte> lines);

/// <summary>A segment on disk.</summary>
internal sealed class SegmentInfo(long number)
{
    internal long Number => number;

    /// <summary>The last batch in it; 0: none.</summary>
    internal long LastBatch { get; set; }

    /// <summary>As in its header; -1: that cannot be read.</summary>
    internal long After { get; set; } = -1;
}

/// <summary>Bytes of a segment that are no valid batch.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="Offset">Where they begin.</param>
/// <param name="Bytes">What they are.</param>
/// <param name="IsDamage">Valid batches follow, or it is the segment's own header: these cannot be the remains of a batch in
/// flight.</param>
/// <param name="Follows">The valid batch behind them; 0: there is none.</param>
internal sealed record JournalRemains(long Segment, int Offset, byte[] Bytes, bool IsDamage, long Follows = 0);
