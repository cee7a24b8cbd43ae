using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json.Tests.Files;

/// <summary>What the backend relies on, for every disk. A new one overrides <see cref="Create"/> and nothing else.</summary>
public abstract class FileSystemContract : IDisposable
{
    private IFileSystem? _disk;
    private string? _root;

    /// <summary>The disk and an existing, empty directory on it. Called once a test.</summary>
    private protected abstract IFileSystem Create(out string root);

    private protected IFileSystem Disk => _disk ??= Create(out _root);

    private protected string Root
    {
        get
        {
            _ = Disk;
            return _root!;
        }
    }

    private protected string At(string name) => Path.Combine(Root, name);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    private protected virtual void Dispose(bool disposing)
    {
    }

    [Fact]
    public void TryRead_AMissingFile_IsFalseAndEmptiesTheBuffer()
    {
        var content = new FileBuffer();
        content.Append("old"u8);
        Disk.TryRead(At("none"), content).ShouldBeFalse();
        content.Length.ShouldBe(0);
    }

    [Fact]
    public void TryRead_AMissingDirectory_IsFalse() => Disk.TryRead(At("none/none"), new FileBuffer()).ShouldBeFalse();

    [Fact]
    public void TryRead_AnEmptyFile_IsTrueAndEmpty()
    {
        Disk.Create(At("empty"), exclusive: true).Dispose();
        var content = new FileBuffer();
        content.Append("old"u8);
        Disk.TryRead(At("empty"), content).ShouldBeTrue();
        content.Length.ShouldBe(0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(65_536)]
    [InlineData(1_000_003)]
    public void TryRead_AnyLength_GivesEveryByte(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        Put("file", bytes);
        Text("file").ShouldBe(bytes);
    }

    [Fact]
    public void TryRead_ABufferUsedBefore_HoldsTheSecondFileOnly()
    {
        Put("long", new byte[10_000]);
        Put("short", "short"u8);
        var content = new FileBuffer();
        Disk.TryRead(At("long"), content).ShouldBeTrue();
        Disk.TryRead(At("short"), content).ShouldBeTrue();
        content.Span.SequenceEqual("short"u8).ShouldBeTrue();
    }

    [Fact]
    public void Create_ANewFile_IsEmpty()
    {
        Disk.Create(At("new"), exclusive: false).Dispose();
        Text("new").ShouldBeEmpty();
    }

    [Fact]
    public void Create_ExclusivelyWhatIsThere_SaysSoAndLeavesIt()
    {
        Put("file", "content"u8);
        Fails(FileError.Exists, () => Disk.Create(At("file"), exclusive: true));
        Text("file").ShouldBe("content"u8.ToArray());
    }

    [Fact]
    public void Create_OverAFile_EmptiesIt()
    {
        Put("file", "a long content"u8);
        Put("file", "short"u8, exclusive: false);
        Text("file").ShouldBe("short"u8.ToArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Create_InAMissingDirectory_SaysSo(bool exclusive) =>
        Fails(FileError.Missing, () => Disk.Create(At("none/file"), exclusive));

    [Fact]
    public void Write_AtSeveralPlaces_FillsTheGapWithZeros()
    {
        using (var file = Disk.Create(At("file"), exclusive: true))
        {
            file.Write(0, "abcdef"u8);
            file.Write(2, "XY"u8);
            file.Write(9, "z"u8);
            file.Write(3, []);
            file.Sync();
        }

        Text("file").ShouldBe("abXYef\0\0\0z"u8.ToArray());
    }

    [Fact]
    public void Write_BeforeTheSync_IsSeenByReaders()
    {
        using var file = Disk.Create(At("file"), exclusive: true);
        file.Write(0, "not synced"u8);
        Text("file").ShouldBe("not synced"u8.ToArray());
    }

    [Fact]
    public void Sync_MoreThanOnce_GoesOn()
    {
        using var file = Disk.Create(At("file"), exclusive: true);
        for (var i = 0; i < 3; i++)
        {
            file.Write(i, "x"u8);
            file.Sync();
        }

        Text("file").ShouldBe("xxx"u8.ToArray());
    }

    [Fact]
    public void Rename_OntoAFile_TakesItsPlace()
    {
        Put("old", "old"u8);
        Put("new", "new"u8);
        Disk.Rename(At("new"), At("old"));
        Text("old").ShouldBe("new"u8.ToArray());
        Disk.TryRead(At("new"), new FileBuffer()).ShouldBeFalse();
    }

    [Fact]
    public void Rename_AMissingFile_SaysSoAndLeavesTheOther()
    {
        Put("old", "old"u8);
        Fails(FileError.Missing, () => Disk.Rename(At("none"), At("old")));
        Text("old").ShouldBe("old"u8.ToArray());
    }

    [Fact]
    public void Move_ToAFreeName_Moves()
    {
        Disk.CreateDirectory(At("aside"));
        Put("file", "content"u8);
        Disk.Move(At("file"), At("aside/file"));
        Text("aside/file").ShouldBe("content"u8.ToArray());
        Disk.TryRead(At("file"), new FileBuffer()).ShouldBeFalse();
    }

    [Fact]
    public void Move_ToATakenName_SaysSoAndLeavesBoth()
    {
        Disk.CreateDirectory(At("aside"));
        Put("file", "mine"u8);
        Put("aside/file", "theirs"u8);
        Fails(FileError.Exists, () => Disk.Move(At("file"), At("aside/file")));
        Text("file").ShouldBe("mine"u8.ToArray());
        Text("aside/file").ShouldBe("theirs"u8.ToArray());
    }

    [Fact]
    public void Move_AMissingFile_SaysSo() => Fails(FileError.Missing, () => Disk.Move(At("none"), At("file")));

    [Fact]
    public void Move_ToAMissingDirectory_SaysSoAndLeavesTheFile()
    {
        Put("file", "content"u8);
        Fails(FileError.Missing, () => Disk.Move(At("file"), At("none/file")));
        Text("file").ShouldBe("content"u8.ToArray());
    }

    [Fact]
    public void Delete_AFile_IsTrueOnce()
    {
        Put("file", "content"u8);
        Disk.Delete(At("file")).ShouldBeTrue();
        Disk.Delete(At("file")).ShouldBeFalse();
        Disk.TryRead(At("file"), new FileBuffer()).ShouldBeFalse();
    }

    [Fact]
    public void Delete_InAMissingDirectory_IsFalse() => Disk.Delete(At("none/file")).ShouldBeFalse();

    [Fact]
    public void CreateDirectory_WithMissingOnesAbove_MakesThemAll()
    {
        Disk.CreateDirectory(At("a/b/c"));
        Put("a/b/c/file", "content"u8);
        Disk.CreateDirectory(At("a/b/c"));
        Disk.CreateDirectory(At("a"));
        Text("a/b/c/file").ShouldBe("content"u8.ToArray());
    }

    [Fact]
    public void CreateDirectory_WhereAFileIs_Fails()
    {
        Put("file", "content"u8);
        Should.Throw<FileSystemException>(() => Disk.CreateDirectory(At("file")));
        Should.Throw<FileSystemException>(() => Disk.CreateDirectory(At("file/below")));
        Text("file").ShouldBe("content"u8.ToArray());
    }

    [Fact]
    public void SyncDirectory_OfADirectory_Succeeds()
    {
        Put("file", "content"u8);
        Disk.SyncDirectory(Root);
    }

    [Fact]
    public void SyncDirectory_OfAMissingOne_SaysSo() => Fails(FileError.Missing, () => Disk.SyncDirectory(At("none")));

    [Fact]
    public void TrySyncAll_WhateverItAnswers_LeavesTheContent()
    {
        using var held = Disk.TryLock(At("LOCK"));
        Put("file", "content"u8);
        Disk.TrySyncAll(Root).ShouldBe(Disk.TrySyncAll(Root));
        Text("file").ShouldBe("content"u8.ToArray());
    }

    [Fact]
    public void List_FilesAndDirectories_GivesEachOnce()
    {
        Disk.CreateDirectory(At("directory/below"));
        Put("file", "content"u8);
        Put(".hidden", "content"u8);
        Put("directory/inside", "content"u8);
        Names("").ShouldBe(["file", ".hidden", "directory/"], ignoreOrder: true);
    }

    [Fact]
    public void List_AMissingDirectory_HasNoNames() => Names("none").ShouldBeEmpty();

    [Fact]
    public void List_AnEmptyDirectory_HasNoNames() => Names("").ShouldBeEmpty();

    [Fact]
    public void List_WhenTheVisitorHasEnough_Stops()
    {
        for (var i = 0; i < 10; i++) Put($"file{i}", "content"u8);
        var met = 0;
        Disk.List(Root, (_, _) => ++met < 3);
        met.ShouldBe(3);
    }

    [Fact]
    public void List_WhenTheVisitorThrows_LetsItThrough()
    {
        Put("file", "content"u8);
        Should.Throw<InvalidOperationException>(() => Disk.List(Root, (_, _) => throw new InvalidOperationException()));
    }

    [Fact]
    public void List_ManyNames_GivesEachOnce()
    {
        var all = Enumerable.Range(0, 2000).Select(i => $"{i:D4}_a_name_of_some_length.json").ToList();
        foreach (var name in all) Disk.Create(At(name), exclusive: true).Dispose();
        Names("").ShouldBe(all, ignoreOrder: true);
    }

    [Fact]
    public void List_WhileFilesComeAndGo_MeetsAllThatStay()
    {
        for (var i = 0; i < 200; i++) Put($"stays{i}", "content"u8);
        for (var i = 0; i < 200; i++) Put($"goes{i}", "content"u8);
        var met = new List<string>();
        Disk.List(Root, (name, _) =>
        {
            Disk.Delete(At($"goes{met.Count % 200}"));
            Put($"comes{met.Count}", [], exclusive: false);
            met.Add(name.ToString());
            return met.Count < 10_000;
        });
        met.Where(name => name.StartsWith("stays", StringComparison.Ordinal)).Count().ShouldBe(200);
    }

    [Fact]
    public void TryLock_ByASecondInTheSameProcess_IsRefusedUntilTheFirstLetsGo()
    {
        using (var first = Disk.TryLock(At("LOCK")))
        {
            first.ShouldNotBeNull();
            Disk.TryLock(At("LOCK")).ShouldBeNull();
            Disk.TryLock(At("LOCK")).ShouldBeNull(); // a refusal has not taken it away
            using var other = Disk.TryLock(At("OTHER"));
            other.ShouldNotBeNull();
        }

        using var second = Disk.TryLock(At("LOCK"));
        second.ShouldNotBeNull();
    }

    [Fact]
    public void TryLock_LetGoTwice_DoesNotFreeTheNextOwnersLock()
    {
        var first = Disk.TryLock(At("LOCK"));
        first.ShouldNotBeNull().Dispose();
        using var second = Disk.TryLock(At("LOCK"));
        first.Dispose();
        Disk.TryLock(At("LOCK")).ShouldBeNull();
    }

    [Fact]
    public void TryLock_InAMissingDirectory_SaysSo() => Fails(FileError.Missing, () => Disk.TryLock(At("none/LOCK")));

    private protected void Fails(FileError error, Action action)
    {
        var failure = Should.Throw<FileSystemException>(action);
        failure.Error.ShouldBe(error);
        failure.ToString().ShouldNotContain(Root);
    }

    private protected void Fails(FileError error, Func<IDisposable?> action) => Fails(error, () => action()?.Dispose());

    private protected void Put(string name, ReadOnlySpan<byte> content, bool exclusive = true)
    {
        using var file = Disk.Create(At(name), exclusive);
        file.Write(0, content);
    }

    private protected byte[] Text(string name)
    {
        var content = new FileBuffer();
        Disk.TryRead(At(name), content).ShouldBeTrue();
        return content.Span.ToArray();
    }

    private protected List<string> Names(string directory)
    {
        var names = new List<string>();
        Disk.List(directory.Length == 0 ? Root : At(directory), (name, isDirectory) =>
        {
            names.Add(isDirectory ? $"{name}/" : name.ToString());
            return true;
        });
        return names;
    }
}
