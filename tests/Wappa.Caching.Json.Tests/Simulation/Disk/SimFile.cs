namespace Wappa.Caching.Json.Tests.Simulation;

/// <summary>
/// The bytes of a file, twice: as readers see them, and as they are on the platter, with the changes in between that no sync
/// has carried over. A power cut takes each 512-byte sector at any of the states it has been in since the last sync, and the
/// length likewise.
/// </summary>
/// <remarks>Copied on write: snapshots of the disk share a file until one of them changes it.</remarks>
internal sealed class SimFile
{
    private const int Sector = 512;

    private byte[] _bytes = [];
    private byte[] _platter = [];
    private int _platterLength;
    private bool _shared; // _bytes belongs to a snapshot or the platter too
    private bool _forgot; // readers see bytes that no sync will carry over any more
    private Change? _newest;

    internal SimFile(object owner) => Owner = owner;

    /// <summary>Who may change it; everybody else copies it first.</summary>
    internal object Owner { get; }

    internal int Length { get; private set; }

    internal bool IsSynced => _newest is null;

    internal ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    internal SimFile CopyFor(object owner)
    {
        _shared = true;
        return new(owner)
        {
            _bytes = _bytes, _platter = _platter, _platterLength = _platterLength, _shared = true, _forgot = _forgot,
            _newest = _newest, Length = Length,
        };
    }

    internal void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        var end = checked((int)offset + bytes.Length);
        MakeRoom(end);
        bytes.CopyTo(_bytes.AsSpan((int)offset));
        Length = Math.Max(Length, end);
        _newest = new(_newest, (int)offset, bytes.ToArray(), Length);
    }

    internal void Truncate()
    {
        if (Length == 0) return;
        _newest = new(_newest, 0, new byte[Length], 0);
        (_bytes, Length) = ([], 0);
    }

    internal void Sync()
    {
        if (_newest is null) return;
        if (_forgot)
        {
            var platter = Carry(Choices.Newest);
            (_platter, _platterLength) = (platter._bytes, platter.Length);
        }
        else
        {
            (_platter, _platterLength, _shared) = (_bytes, Length, true);
        }

        _newest = null;
    }

    /// <summary>What a failed sync does: nobody knows which sectors got there, and the rest is not written any more.</summary>
    internal void Forget(Choices choices)
    {
        var platter = Carry(choices);
        (_platter, _platterLength) = (platter._bytes, platter.Length);
        _newest = null;
        _forgot = true;
    }

    /// <summary>The file after a power cut.</summary>
    internal SimFile AfterPowerCut(object owner, Choices choices)
    {
        if (_newest is not null) return Carry(choices, owner);
        if (!_forgot) return this; // seen and stored are the same
        return new(owner)
        {
            _bytes = _platter, _platter = _platter, Length = _platterLength, _platterLength = _platterLength, _shared = true,
        };
    }

    private SimFile Carry(Choices choices, object? owner = null)
    {
        var changes = new List<Change>();
        for (var change = _newest; change is not null; change = change.Previous) changes.Add(change);
        changes.Reverse();
        var (first, end, longest) = (int.MaxValue, 0, _platterLength);
        var grows = false;
        foreach (var change in changes)
        {
            first = Math.Min(first, change.Offset);
            end = Math.Max(end, change.Offset + change.Bytes.Length);
            grows |= change.LengthAfter != _platterLength;
        }

        longest = Math.Max(longest, end);
        var bytes = new byte[longest];
        _platter.AsSpan(0, _platterLength).CopyTo(bytes);
        for (var sector = first / Sector; sector * Sector < end; sector++) CarrySector(changes, sector, bytes, choices);
        var length = _platterLength;
        var lengths = grows ? choices.Next(changes.Count + 1) : 0;
        if (lengths > 0) length = changes[lengths - 1].LengthAfter;
        bytes.AsSpan(length).Clear();
        return new(owner ?? Owner)
        {
            _bytes = bytes, _platter = bytes, Length = length, _platterLength = length, _shared = true,
        };
    }

    private static void CarrySector(List<Change> changes, int sector, byte[] bytes, Choices choices)
    {
        var (begin, end) = (sector * Sector, (sector + 1) * Sector);
        var touching = 0;
        foreach (var change in changes) touching += change.Touches(begin, end) ? 1 : 0;
        if (touching == 0) return;
        var keep = choices.Next(touching + 1);
        foreach (var change in changes)
        {
            if (keep == 0) return;
            if (!change.Touches(begin, end)) continue;
            keep--;
            var (from, to) = (Math.Max(begin, change.Offset), Math.Min(end, change.Offset + change.Bytes.Length));
            change.Bytes.AsSpan(from - change.Offset, to - from).CopyTo(bytes.AsSpan(from));
        }
    }

    private void MakeRoom(int end)
    {
        if (!_shared && end <= _bytes.Length) return;
        var room = new byte[Math.Max(end, Math.Max(Length, _shared ? 0 : _bytes.Length * 2))];
        Bytes.CopyTo(room);
        (_bytes, _shared) = (room, false);
    }

    private sealed record Change(Change? Previous, int Offset, byte[] Bytes, int LengthAfter)
    {
        internal bool Touches(int begin, int end) => Offset < end && Offset + Bytes.Length > begin;
    }
}
