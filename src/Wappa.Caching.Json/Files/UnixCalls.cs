using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Wappa.Caching.Json.Files;

/// <summary>The C library's calls with paths as strings, repeated when a signal interrupts them. Each answers with an error
/// number: 0 is success.</summary>
internal static unsafe class UnixCalls
{
    private const int WriteOnly = 1;
    private const int ReadAndWrite = 2;
    private const uint FileMode = 0b110_100_000; // rw-r-----: records are about people. The umask may take away more.
    private const uint DirectoryMode = 0b111_101_000; // rwxr-x---
    private const int LockExclusivelyOrFail = 2 | 4;
    private const int ReplaceNothing = 1; // RENAME_NOREPLACE
    private const int ReplaceNothingApple = 4; // RENAME_EXCL
    private const int FullSyncApple = 51; // F_FULLFSYNC
    private const int CurrentDirectory = -100;

    private static readonly bool IsApple = OperatingSystem.IsMacOS();

    // Children must not inherit a descriptor: one of the lock would keep it after the owner's end.
    private static readonly int CloseOnExec = IsApple ? 0x100_0000 : 0x8_0000;

    internal static int OpenToRead(string path, out int descriptor)
    {
        using var name = new UnixPath(path, stackalloc byte[UnixPath.Room]);
        fixed (byte* bytes = name.Bytes) return Open(bytes, CloseOnExec, out descriptor);
    }

    // The slash makes the kernel refuse what is no directory; O_DIRECTORY has another value on each processor.
    internal static int OpenDirectory(string path, out SafeFileHandle directory) => OpenHandle(path, 0, out directory, "/"u8);

    internal static int OpenToLock(string path, out SafeFileHandle file) => OpenHandle(path, ReadAndWrite, out file);

    /// <summary>Creates a file. Linux only: <see cref="Libc"/> says why.</summary>
    internal static int Create(string path, bool exclusive, out SafeFileHandle file) =>
        OpenHandle(path, WriteOnly | 0x40 /* O_CREAT */ | (exclusive ? 0x80 /* O_EXCL */ : 0x200 /* O_TRUNC */), out file);

    /// <summary>Reads from where the last read ended; a count of 0 is the end of the file.</summary>
    internal static int Read(int descriptor, Span<byte> buffer, out int count)
    {
        fixed (byte* bytes = buffer)
        {
            nint read;
            while ((read = Libc.Read(descriptor, bytes, (nuint)buffer.Length)) < 0)
            {
                count = 0;
                if (LastError() is var error and not Errno.Interrupted) return error;
            }

            count = (int)read;
            return Errno.None;
        }
    }

    /// <summary>Writes all of it. A call may take a part and no error: the rest follows.</summary>
    internal static int Write(SafeFileHandle file, long offset, ReadOnlySpan<byte> content)
    {
        fixed (byte* bytes = content)
        {
            var done = 0;
            while (done < content.Length)
            {
                var written = Libc.WriteAt(file, bytes + done, (nuint)(content.Length - done), (nint)(offset + done));
                if (written > 0) done += (int)written;
                else if (written == 0) return Errno.InputOutput; // no file does this; it must not be repeated for ever
                else if (LastError() is var error and not Errno.Interrupted) return error;
            }

            return Errno.None;
        }
    }

    // The size is data; the times are not, and would cost a write of their own.
    internal static int SyncData(SafeFileHandle file)
    {
        while (true)
        {
            var error = IsApple ? SyncApple(file) : Libc.SyncData(file) == 0 ? Errno.None : LastError();
            if (error != Errno.Interrupted) return error;
        }
    }

    internal static int SyncDirectory(string path)
    {
        var opened = OpenDirectory(path, out var directory);
        using (directory)
        {
            while (opened == Errno.None)
            {
                var error = IsApple ? SyncApple(directory) : Libc.Sync(directory) == 0 ? Errno.None : LastError();
                if (error != Errno.Interrupted) return error;
            }
        }

        return opened;
    }

    internal static int SyncFileSystem(SafeFileHandle anyFile) => Libc.SyncFileSystem(anyFile) == 0 ? Errno.None : LastError();

    internal static int LockExclusively(SafeFileHandle file)
    {
        while (Libc.Lock(file, LockExclusivelyOrFail) != 0)
        {
            if (LastError() is var error and not Errno.Interrupted) return error;
        }

        return Errno.None;
    }

    internal static int Rename(string from, string to)
    {
        using var source = new UnixPath(from, stackalloc byte[UnixPath.Room]);
        using var target = new UnixPath(to, stackalloc byte[UnixPath.Room]);
        fixed (byte* old = source.Bytes)
        fixed (byte* name = target.Bytes)
            return Libc.Rename(old, name) == 0 ? Errno.None : LastError();
    }

    /// <summary>Renames unless the name is taken, in one step where the kernel and the file system can. Elsewhere the file gets
    /// its second name, which fails if that is taken, and then loses the first: a crash between the two leaves both.</summary>
    internal static int RenameToFreeName(string from, string to)
    {
        using var source = new UnixPath(from, stackalloc byte[UnixPath.Room]);
        using var target = new UnixPath(to, stackalloc byte[UnixPath.Room]);
        fixed (byte* old = source.Bytes)
        fixed (byte* name = target.Bytes)
        {
            var error = RenameToFreeName(old, name);
            if (!Errno.IsUnsupported(error)) return error;
            return Libc.Link(old, name) == 0 && Libc.Unlink(old) == 0 ? Errno.None : LastError();
        }
    }

    internal static int Unlink(string path)
    {
        using var name = new UnixPath(path, stackalloc byte[UnixPath.Room]);
        fixed (byte* bytes = name.Bytes) return Libc.Unlink(bytes) == 0 ? Errno.None : LastError();
    }

    internal static int MakeDirectory(string path)
    {
        using var name = new UnixPath(path, stackalloc byte[UnixPath.Room]);
        fixed (byte* bytes = name.Bytes) return Libc.MakeDirectory(bytes, DirectoryMode) == 0 ? Errno.None : LastError();
    }

    // Never repeated: on Linux the descriptor is gone whatever close says, and may be somebody else's by now.
    internal static void Close(int descriptor) => _ = Libc.Close(descriptor);

    private static int OpenHandle(string path, int flags, out SafeFileHandle file, ReadOnlySpan<byte> suffix = default)
    {
        using var name = new UnixPath(path, stackalloc byte[UnixPath.Room], suffix);
        fixed (byte* bytes = name.Bytes)
        {
            var error = Open(bytes, flags | CloseOnExec, out var descriptor);
            file = new SafeFileHandle(error == Errno.None ? descriptor : -1, ownsHandle: true);
            return error;
        }
    }

    private static int Open(byte* path, int flags, out int descriptor)
    {
        while ((descriptor = IsApple ? Libc.Open(path, flags) : Libc.Open(path, flags, FileMode)) < 0)
        {
            if (LastError() is var error and not Errno.Interrupted) return error;
        }

        return Errno.None;
    }

    // Apple's fsync leaves the bytes in the drive's cache. A file system without F_FULLFSYNC has nothing better than fsync;
    // any other error is one.
    private static int SyncApple(SafeFileHandle file)
    {
        if (Libc.Control(file, FullSyncApple) != -1) return Errno.None;
        var error = LastError();
        if (Errno.IsUnsupported(error)) error = Libc.Sync(file) == 0 ? Errno.None : LastError();
        return error;
    }

    private static int RenameToFreeName(byte* from, byte* to)
    {
        try
        {
            var done = IsApple
                ? Libc.RenameExclusively(from, to, ReplaceNothingApple)
                : Libc.RenameAt2(CurrentDirectory, from, CurrentDirectory, to, ReplaceNothing);
            return done == 0 ? Errno.None : LastError();
        }
        catch (EntryPointNotFoundException)
        {
            return Errno.Invalid; // a C library older than the call; musl got it late
        }
    }

    private static int LastError() => Marshal.GetLastPInvokeError();
}
