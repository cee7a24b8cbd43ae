using System.Text;
using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json.Tests.Files;

/// <summary>What holds on every real disk and a disk in memory need not show, threads among it.</summary>
public abstract class RealDiskContract : FileSystemContract
{
    private readonly TemporaryFolder _folder = new();

    private protected abstract IFileSystem Create();

    private protected override IFileSystem Create(out string root)
    {
        root = _folder.Root;
        return Create();
    }

    private protected override void Dispose(bool disposing)
    {
        _folder.Dispose();
        base.Dispose(disposing);
    }

    [Fact]
    public void AnyCall_WithALongPathOfSeveralScripts_FindsItsFile()
    {
        var directory = string.Join('/', Enumerable.Repeat("Käsepizza-пицца-ピザ-🍕", 20));
        Encoding.UTF8.GetByteCount(directory).ShouldBeGreaterThan(UnixPath.Room);
        Disk.CreateDirectory(At(directory));
        Put($"{directory}/файл", "content"u8);
        Disk.Rename(At($"{directory}/файл"), At($"{directory}/ファイル"));
        Disk.SyncDirectory(At(directory));
        Names(directory).ShouldBe(["ファイル"]);
        Text($"{directory}/ファイル").ShouldBe("content"u8.ToArray());
        Disk.Move(At($"{directory}/ファイル"), At("moved"));
        Disk.Delete(At("moved")).ShouldBeTrue();
    }

    [Fact]
    public void AnyCall_WithATooLongName_FailsAndDoesNotSayMissing()
    {
        var name = new string('x', 300);
        Put("file", "content"u8);
        Should.Throw<FileSystemException>(() => Disk.Create(At(name), exclusive: true)).Message.ShouldNotContain(name);
        Should.Throw<FileSystemException>(() => Disk.Rename(At("file"), At(name))).Message.ShouldNotContain(name);
        Should.Throw<FileSystemException>(() => Disk.CreateDirectory(At(name))).Message.ShouldNotContain(name);
        Text("file").ShouldBe("content"u8.ToArray());
    }

    [Fact]
    public void Create_WithANul_IsRefusedAndNothingIsCreated()
    {
        Should.Throw<ArgumentException>(() => Disk.Create(At("a\0b"), exclusive: true));
        Names("").ShouldBeEmpty();
    }

    [Fact]
    public void TryRead_ADirectory_FailsAndDoesNotSayMissing()
    {
        Disk.CreateDirectory(At("directory"));
        Should.Throw<FileSystemException>(() => Disk.TryRead(At("directory"), new FileBuffer())).Error.ShouldNotBe(FileError.Missing);
    }

    [Fact]
    public void Create_WhereADirectoryIs_Fails()
    {
        Disk.CreateDirectory(At("directory"));
        Should.Throw<FileSystemException>(() => Disk.Create(At("directory"), exclusive: false));
        Fails(FileError.Exists, () => Disk.Create(At("directory"), exclusive: true));
    }

    [Fact]
    public void Delete_ADirectory_FailsAndLeavesIt()
    {
        Disk.CreateDirectory(At("directory"));
        Should.Throw<FileSystemException>(() => Disk.Delete(At("directory")));
        Names("").ShouldBe(["directory/"]);
    }

    [Fact]
    public void List_AFile_Fails()
    {
        Put("file", "content"u8);
        Should.Throw<FileSystemException>(() => Names("file"));
    }

    [Fact]
    public void Write_AfterTheEndOfItsUse_Throws()
    {
        var file = Disk.Create(At("file"), exclusive: true);
        file.Dispose();
        file.Dispose();
        Should.Throw<ObjectDisposedException>(() => file.Write(0, "late"u8));
        Should.Throw<ObjectDisposedException>(() => file.Sync());
        Text("file").ShouldBeEmpty();
    }

    [Fact]
    public void Write_BeforeTheBeginning_IsAWrongCall()
    {
        using var file = Disk.Create(At("file"), exclusive: true);
        Should.Throw<ArgumentOutOfRangeException>(() => file.Write(-1, "x"u8));
    }

    [Fact]
    public void TryLock_LetGo_LeavesTheFile()
    {
        Disk.TryLock(At("LOCK")).ShouldNotBeNull().Dispose();
        Names("").ShouldBe(["LOCK"]); // deleted, it could have been locked already by the next owner
    }

    [Fact]
    public void Write_ToAFullDisk_SaysNoSpace()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full is Linux's");
        using var full = Disk.Create("/dev/full", exclusive: false);
        Fails(FileError.NoSpace, () => full.Write(0, "x"u8));
    }

    [Fact]
    public async Task CreateDirectory_ByManyAtOnce_SucceedsForAll()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() =>
        {
            Disk.CreateDirectory(At("a/b/c"));
            Put($"a/b/c/{i}", "content"u8);
        })));
        Names("a/b/c").Count.ShouldBe(8);
    }

    [Fact]
    public async Task TryLock_ByManyAtOnce_IsGrantedToOne()
    {
        var locks = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Disk.TryLock(At("LOCK")))));
        locks.Count(held => held is not null).ShouldBe(1);
        foreach (var held in locks) held?.Dispose();
    }

    [Fact]
    public async Task Rename_WhileOthersRead_ShowsTheOldOrTheNewFile()
    {
        // Windows does not let a file be replaced that a reader has open; the writer would have to try again.
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows refuses to replace a file that is being read");
        Put("file", Version(0));
        var done = false;
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            var content = new FileBuffer();
            var reads = 0;
            while (!Volatile.Read(ref done) || reads == 0)
            {
                Disk.TryRead(At("file"), content).ShouldBeTrue();
                content.Span.SequenceEqual(Version(content.Span[0])).ShouldBeTrue();
                reads++;
            }
        })).ToArray();
        for (var i = 0; i < 500; i++)
        {
            Put("next", Version((byte)i), exclusive: false);
            Disk.Rename(At("next"), At("file"));
        }

        Volatile.Write(ref done, true);
        await Task.WhenAll(readers);

        static byte[] Version(byte number)
        {
            var bytes = new byte[100 + (number * 50)];
            Array.Fill(bytes, number);
            return bytes;
        }
    }
}
