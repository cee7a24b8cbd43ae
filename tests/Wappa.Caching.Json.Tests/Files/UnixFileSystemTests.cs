using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json.Tests.Files;

public sealed class UnixFileSystemTests : RealDiskContract
{
    private protected override IFileSystem Create()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Linux and macOS only");
        return new UnixFileSystem();
    }

    [Fact]
    public void Sync_OfWhatCannotBeSynced_Throws()
    {
        // The smallest proof without a tracer that a failed sync is not success: a character device refuses it. The runtime's
        // own sync lets this pass.
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/null is synced on macOS");
        using var device = Disk.Create("/dev/null", exclusive: false);
        Fails(FileError.Device, device.Sync);
    }

    [Fact]
    public void TryRead_BelowAFile_FailsAndDoesNotSayMissing()
    {
        Put("file", "content"u8);
        Fails(FileError.Device, () => Disk.TryRead(At("file/below"), new FileBuffer()));
    }

    [Fact]
    public void SyncDirectory_OfAFile_Fails()
    {
        Put("file", "content"u8);
        Fails(FileError.Device, () => Disk.SyncDirectory(At("file")));
    }

    [Fact]
    public void Create_WithHalfASurrogatePair_IsRefused()
    {
        // The runtime would make U+FFFD of each, and one file of two names.
        Should.Throw<ArgumentException>(() => Disk.Create(At("a\ud83c"), exclusive: true));
        Names("").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rename_ToAnotherFileSystem_FailsAndCopiesNothing(bool move)
    {
        Assert.SkipUnless(Directory.Exists("/dev/shm"), "needs a second file system");
        using var elsewhere = new FolderAt("/dev/shm");
        Put("file", "content"u8);
        var target = Path.Combine(elsewhere.Root, "file");
        var failure = Should.Throw<FileSystemException>(() =>
        {
            if (move) Disk.Move(At("file"), target);
            else Disk.Rename(At("file"), target);
        });
        failure.Error.ShouldBe(FileError.Device);
        File.Exists(target).ShouldBeFalse();
        Text("file").ShouldBe("content"u8.ToArray());
    }

    [Fact]
    public void Create_OfAFile_LetsNobodyButOwnerAndGroupRead()
    {
        const UnixFileMode others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        Put("file", "content"u8);
        Disk.CreateDirectory(At("directory"));
#pragma warning disable CA1416 // skipped on Windows
        foreach (var name in new[] { "file", "directory" }) (File.GetUnixFileMode(At(name)) & others).ShouldBe(UnixFileMode.None);
#pragma warning restore CA1416
    }

    [Fact]
    public void TrySyncAll_WithoutALockInTheFolder_IsFalse()
    {
        // An error from before the file was opened could have been reported to somebody else.
        Disk.TrySyncAll(Root).ShouldBeFalse();
        using var elsewhere = Disk.TryLock(At("LOCK"));
        Disk.CreateDirectory(At("folder"));
        Disk.TrySyncAll(At("folder")).ShouldBeFalse();
    }

    [Fact]
    public void TrySyncAll_WithASubfolderThatIsALink_IsFalse()
    {
        using var held = Disk.TryLock(At("LOCK"));
        Directory.CreateSymbolicLink(At("users"), Path.GetTempPath());
        Disk.TrySyncAll(Root).ShouldBeFalse();
    }

    [Fact]
    public void TryLock_OfAFileThatWasDeleted_LocksANewOne()
    {
        using var first = Disk.TryLock(At("LOCK"));
        File.Delete(At("LOCK"));
        using var second = Disk.TryLock(At("LOCK")); // two owners: what FolderOwner's token is for
        second.ShouldNotBeNull();
        Disk.TryLock(At("LOCK")).ShouldBeNull();
    }

    [Fact]
    public void CreateDirectory_BelowALink_FollowsIt()
    {
        Disk.CreateDirectory(At("real"));
        Directory.CreateSymbolicLink(At("link"), At("real"));
        Disk.CreateDirectory(At("link/below"));
        Disk.CreateDirectory(At("link"));
        Names("real").ShouldBe(["below/"]);
        Names("").ShouldBe(["real/", "link/"], ignoreOrder: true);
    }

    [Fact]
    public void CreateDirectory_WithASlashAtTheEnd_IsTheSame()
    {
        Disk.CreateDirectory(At("a/b/"));
        Names("a").ShouldBe(["b/"]);
    }

    /// <summary>A folder on a certain file system.</summary>
    private sealed class FolderAt : IDisposable
    {
        internal FolderAt(string parent) => Directory.CreateDirectory(Root = Path.Combine(parent, Path.GetRandomFileName()));

        internal string Root { get; }

        public void Dispose() => Directory.Delete(Root, recursive: true);
    }
}
