using System.Text;
using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json.Tests.Simulation;

/// <summary>The disk forgets what nobody synced, and nothing else.</summary>
public sealed class SimDiskTests
{
    private readonly SimDisk _disk = new();

    public SimDiskTests() => _disk.CreateDirectory("/d");

    [Fact]
    public void AfterPowerCut_WithoutASyncOfTheFile_HasTheNameOnly()
    {
        Write("/d/a", "new", sync: false);
        _disk.SyncDirectory("/d");
        Read(_disk.AfterPowerCut(Choices.Oldest), "/d/a").ShouldBe("");
        Read(_disk.AfterPowerCut(Choices.Newest), "/d/a").ShouldBe("new");
    }

    [Fact]
    public void AfterPowerCut_WithoutASyncOfTheDirectory_HasNoFile()
    {
        Write("/d/a", "new", sync: true);
        Read(_disk.AfterPowerCut(Choices.Oldest), "/d/a").ShouldBeNull();
        Read(_disk.AfterPowerCut(Choices.Newest), "/d/a").ShouldBe("new");
    }

    [Fact]
    public void AfterPowerCut_WhenBothWereSynced_HasAll()
    {
        Write("/d/a", "new", sync: true);
        _disk.SyncDirectory("/d");
        _disk.IsSynced.ShouldBeTrue();
        _disk.CountPowerCuts().ShouldBe(1);
        Read(_disk.AfterPowerCut(Choices.Oldest), "/d/a").ShouldBe("new");
    }

    [Fact]
    public void AfterPowerCut_OfARename_HasTheOldOrTheNewFile()
    {
        Write("/d/a", "old", sync: true);
        Write("/d/t", "new", sync: true);
        _disk.SyncDirectory("/d");
        _disk.Rename("/d/t", "/d/a");
        var seen = new HashSet<string?>();
        for (var n = 0; n < _disk.CountPowerCuts(); n++)
        {
            var after = _disk.AfterPowerCut(new NthChoices(n));
            seen.Add($"{Read(after, "/d/a")} {Read(after, "/d/t")}");
        }

        seen.ShouldBe(["old new", "new "], ignoreOrder: true);
    }

    [Fact]
    public void AfterPowerCut_OfAMoveThatNoDirectoryHasSynced_HasTheFileOnce()
    {
        _disk.CreateDirectory("/e");
        Write("/d/a", "x", sync: true);
        _disk.SyncDirectory("/d");
        _disk.Move("/d/a", "/e/a");
        for (var n = 0; n < _disk.CountPowerCuts(); n++)
        {
            var after = _disk.AfterPowerCut(new NthChoices(n));
            (Read(after, "/d/a") is null).ShouldNotBe(Read(after, "/e/a") is null);
        }
    }

    [Fact]
    public void AfterPowerCut_OfThreeSectors_HasEachOldOrNew()
    {
        using var file = _disk.Create("/d/a", exclusive: true);
        file.Write(0, Encoding.ASCII.GetBytes(new string('o', 1536)));
        file.Sync();
        _disk.SyncDirectory("/d");
        file.Write(0, Encoding.ASCII.GetBytes(new string('n', 1536)));
        var seen = new HashSet<string>();
        for (var n = 0; n < _disk.CountPowerCuts(); n++)
        {
            var text = Read(_disk.AfterPowerCut(new NthChoices(n)), "/d/a")!;
            seen.Add($"{text[0]}{text[511]} {text[512]}{text[1023]} {text[1024]}{text[1535]}");
        }

        seen.Count.ShouldBe(8);
    }

    [Fact]
    public void AfterPowerCut_OfASectorWrittenTwice_HasOneOfItsThreeStates()
    {
        using var file = _disk.Create("/d/a", exclusive: true);
        file.Write(0, "0000"u8);
        file.Sync();
        _disk.SyncDirectory("/d");
        file.Write(0, "11"u8);
        file.Write(2, "22"u8);
        var seen = new HashSet<string?>();
        for (var n = 0; n < _disk.CountPowerCuts(); n++) seen.Add(Read(_disk.AfterPowerCut(new NthChoices(n)), "/d/a"));
        seen.ShouldBe(["0000", "1100", "1122"], ignoreOrder: true);
    }

    [Fact]
    public void AfterPowerCut_WithoutASyncAboveANewDirectory_LosesItWithEverythingInIt()
    {
        _disk.Script = new Scripted(call => call.Act == DiskAct.SyncDirectory && call.Path == "/d" ? DiskDeed.Skip : DiskDeed.Obey);
        _disk.CreateDirectory("/d/sub");
        Write("/d/sub/a", "x", sync: true);
        _disk.SyncDirectory("/d/sub");
        Read(_disk.AfterPowerCut(Choices.Oldest), "/d/sub/a").ShouldBeNull();
        Read(_disk.AfterPowerCut(Choices.Newest), "/d/sub/a").ShouldBe("x");
    }

    [Fact]
    public void AfterKill_BeforeASync_IsSeenButNotDurable()
    {
        Write("/d/a", "new", sync: false);
        var next = _disk.AfterKill();
        Read(next, "/d/a").ShouldBe("new");
        next.TrySyncAll("/d").ShouldBeTrue();
        Read(next.AfterPowerCut(Choices.Oldest), "/d/a").ShouldBe("new");
        Read(_disk.AfterPowerCut(Choices.Oldest), "/d/a").ShouldBeNull();
    }

    [Fact]
    public void AfterKill_WhateverIsWrittenLater_StaysAsItWas()
    {
        Write("/d/a", "one", sync: true);
        var snapshot = _disk.AfterKill();
        Write("/d/a", "two", sync: true);
        _disk.Delete("/d/a");
        Read(snapshot, "/d/a").ShouldBe("one");
        _disk.AfterPowerCut(Choices.Newest).Paths.ShouldBeEmpty();
    }

    [Fact]
    public void AfterKill_WithALockHeld_GivesItBack()
    {
        using var held = _disk.TryLock("/d/LOCK").ShouldNotBeNull();
        _disk.TryLock("/d/LOCK").ShouldBeNull();
        _disk.AfterKill().TryLock("/d/LOCK").ShouldNotBeNull();
    }

    [Fact]
    public void Sync_ThatForgets_SucceedsTheNextTimeWithoutHavingWritten()
    {
        Write("/d/a", new string('o', 4096), sync: true);
        _disk.SyncDirectory("/d");
        var lies = 1;
        _disk.Script = new Scripted(call => call.Act == DiskAct.Sync && lies-- > 0 ? DiskDeed.ForgetAndFail : DiskDeed.Obey);
        using var file = _disk.Create("/d/b", exclusive: true);
        file.Write(0, Encoding.ASCII.GetBytes(new string('n', 4096)));
        _disk.SyncDirectory("/d");
        Should.Throw<FileSystemException>(file.Sync).Error.ShouldBe(FileError.Device);
        file.Sync();
        Read(_disk, "/d/b").ShouldBe(new string('n', 4096), "readers still see what is lost");
        Read(_disk.AfterPowerCut(Choices.Newest), "/d/b").ShouldNotBe(new string('n', 4096));
    }

    [Fact]
    public void Write_ThatFailsHalfway_LeavesHalf()
    {
        _disk.Script = new Scripted(call => call.Act == DiskAct.Write ? DiskDeed.FailHalfway : DiskDeed.Obey);
        Should.Throw<FileSystemException>(() => Write("/d/a", "1234", sync: false));
        Read(_disk, "/d/a").ShouldBe("12");
    }

    private static string? Read(SimDisk disk, string path)
    {
        var content = new FileBuffer();
        return disk.TryRead(path, content) ? Encoding.ASCII.GetString(content.Span) : null;
    }

    private void Write(string path, string text, bool sync)
    {
        using var file = _disk.Create(path, exclusive: false);
        file.Write(0, Encoding.ASCII.GetBytes(text));
        if (sync) file.Sync();
    }

    private sealed class Scripted(Func<DiskCall, DiskDeed> decide) : IDiskScript
    {
        public DiskVerdict Before(in DiskCall call) => new(decide(call));
    }
}
