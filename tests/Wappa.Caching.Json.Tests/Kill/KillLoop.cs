using System.Diagnostics;

namespace Wappa.Caching.Json.Tests.Kill;

/// <summary>
/// Kills process after process on one folder. Each finds what the one before left, which is compared with what that one had
/// acknowledged; the next is already there and asks for the folder all the time, so that it opens the moment it can.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="seed">What everything but the threads' timing follows from.</param>
/// <param name="changesAtMost">How many acknowledged changes a process may live for.</param>
internal sealed class KillLoop(DiskFolder folder, int seed, int changesAtMost)
{
    private const int Whole = int.MaxValue;
    private const int FramesOfTelling = HammerWork.Writers * HammerWork.RecordsOfOne;
    private static readonly TimeSpan OpeningAtMost = TimeSpan.FromMilliseconds(20);

    private readonly WriterModel[] _writers = [.. Enumerable.Range(0, HammerWork.Writers).Select(i => new WriterModel(seed, i))];
    private readonly HashSet<long> _sharedAnswers = [];
    private readonly FoundRecord?[,] _found = new FoundRecord?[HammerWork.Writers, HammerWork.RecordsOfOne];
    private (long Least, long Most) _shared;
    private (long Highest, long Floor) _revisions;
    private long _killedAt;
    private long _openedAt;
    private bool _isWriting;

    internal long Acknowledged { get; private set; }

    internal long Refusals { get; private set; }

    internal int Recoveries { get; private set; }

    /// <summary>Kills so many, then looks once more.</summary>
    internal void Run(int kills)
    {
        var process = HammerProcess.Start(folder.Path, seed, 0);
        for (var round = 0; round <= kills; round++)
        {
            HammerProcess? next = null;
            try
            {
                LiveUntil(process, round == kills ? Whole : Moment(round), ref next);
                Die(process);
            }
            catch
            {
                next?.Dispose();
                throw;
            }
            finally
            {
                process.Dispose();
            }

            process = next ?? HammerProcess.Start(folder.Path, seed, round + 1);
        }

        process.Dispose();
    }

    // After how many words of the process: none is somewhere while it opens the folder, the first ones are what it found.
    private int Moment(long dice) => (dice % 8) switch
    {
        0 => 0,
        1 => (int)(1 + (dice / 8 % FramesOfTelling)),
        _ => (int)(FramesOfTelling + (dice / 8 % changesAtMost)),
    };

    private int Moment(int round) => Moment(HammerWork.Mix(seed, -2, round));

    private void LiveUntil(HammerProcess process, int words, ref HammerProcess? next)
    {
        if (words == 0)
        {
            var began = Stopwatch.GetTimestamp();
            var wait = OpeningAtMost * (HammerWork.Mix(seed, -3, process.Round) % 100 / 100.0);
            while (Stopwatch.GetElapsedTime(began) < wait) Thread.SpinWait(100);
        }

        for (var word = 0; word < words; word++)
        {
            if (!process.TryRead(out var kind, out var content)) Fail(process, "it ended although nobody had killed it");
            Hear(process, kind, content);
            if (kind == HammerSays.Opened) next = HammerProcess.Start(folder.Path, seed, process.Round + 1);
            if (kind == HammerSays.FoundAll && words == Whole) return;
        }
    }

    private void Die(HammerProcess process)
    {
        process.Kill();
        while (process.TryRead(out var kind, out var content)) Hear(process, kind, content); // it may have opened just before
        _killedAt = process.KilledAt;
        if (process.EndedWith is { } code) Fail(process, $"it had ended with code {code} although nobody had killed it");
        if (_isWriting) _shared.Most += _writers.Count(writer => writer.NextIsShared);
        _isWriting = false;

        // A batch that was being written when its process died is kept too, and said to be just that.
        var damaged = folder.Quarantined().Where(file => !file.Contains("is incomplete", StringComparison.Ordinal)).ToList();
        if (damaged.Count > 0) Fail(process, $"something was put aside: {string.Join('\n', damaged)}");
    }

    private void Hear(HammerProcess process, HammerSays kind, BinaryReader content)
    {
        switch (kind)
        {
            case HammerSays.Opened:
                HearOpened(process, content.ReadInt64(), content.ReadInt32());
                break;
            case HammerSays.Found:
                var (writer, position, revision) = (content.ReadInt32(), content.ReadInt32(), content.ReadInt64());
                _revisions.Highest = Math.Max(_revisions.Highest, revision);
                var left = content.ReadInt64();
                _found[writer, position] = new(content.ReadString(), revision, left);
                break;
            case HammerSays.FoundAll:
                Recover(process, content.ReadInt64());
                break;
            case HammerSays.Acknowledged:
                HearAcknowledged(process, content);
                break;
            default:
                Fail(process, content.ReadString());
                break;
        }
    }

    private void HearOpened(HammerProcess process, long openedAt, int refusals)
    {
        if (openedAt < _killedAt) Fail(process, "it had the folder while the one before was alive");
        _openedAt = openedAt;
        Refusals += refusals;
        Array.Clear(_found);
    }

    private void Recover(HammerProcess process, long shared)
    {
        for (var i = 0; i < _writers.Length; i++)
        {
            FoundRecord?[] found = [.. Enumerable.Range(0, HammerWork.RecordsOfOne).Select(position => _found[i, position])];
            if (_writers[i].Recover(found, _openedAt) is { } problem) Fail(process, $"of writer {i} {problem}");
        }

        if (shared < _shared.Least || shared > _shared.Most)
            Fail(process, $"the shared counter is {shared}, not {_shared.Least} to {_shared.Most}");
        _shared = (shared, shared);
        _revisions.Floor = _revisions.Highest;
        Recoveries++;
        if (process.KilledAt != 0) return;
        _isWriting = true;
        process.Go(_writers.Select(writer => writer.Next));
    }

    private void HearAcknowledged(HammerProcess process, BinaryReader content)
    {
        var (index, number, answered) = (content.ReadInt32(), content.ReadInt64(), content.ReadInt64());
        var revisions = new long[content.ReadInt32()];
        for (var i = 0; i < revisions.Length; i++)
        {
            revisions[i] = content.ReadInt64();
            _revisions.Highest = Math.Max(_revisions.Highest, revisions[i]);
            if (revisions[i] != 0 && revisions[i] <= _revisions.Floor)
                Fail(process, $"writer {index} got revision {revisions[i]}, and {_revisions.Floor} was there before it opened");
        }

        var writer = _writers[index];
        if (writer.NextIsShared)
        {
            _shared = (_shared.Least + 1, _shared.Most + 1);
            if (!_sharedAnswers.Add(answered)) Fail(process, $"the shared counter gave {answered} twice");
        }

        if (writer.Acknowledge(number, answered, revisions, Stopwatch.GetTimestamp()) is { } problem)
            Fail(process, $"of writer {index} {problem}");
        Acknowledged++;
    }

    private void Fail(HammerProcess process, string problem) => throw new InvalidOperationException(
        $"Round {process.Round} of seed {seed}: {problem}. Repeat it with WAPPA_SEED={seed}; the folder is {folder.Path}.");
}
