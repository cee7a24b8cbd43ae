using System.Runtime.InteropServices;
using System.Text;

namespace Wappa.Caching.Json.Files;

/// <summary>The calls of the C library the store makes itself. The runtime's own wrappers lose the error of <c>fsync</c> on
/// Unix, cannot sync a directory, and lock by a rule that can be switched off from outside.</summary>
internal static unsafe partial class Libc
{
    internal const int Eintr = 4;
    internal const int Eexist = 17;
    internal const int Enoent = 2;
    internal const int Enotdir = 20;

    private const int StackPath = 512;

    private static readonly bool IsMac = OperatingSystem.IsMacOS() || OperatingSystem.IsFreeBSD();

    internal static int ReadOnly => IsMac ? 0x1000000 : 0x80000; // O_RDONLY | O_CLOEXEC

    internal static int WriteNew(bool exclusive) => 1 | 0x40 | (exclusive ? 0x80 : 0x200) | 0x80000; // Linux only, see UnixFileSystem

    internal static int ReadWriteMake => 2 | 0x40 | 0x80000; // Linux only

    private static int Ewouldblock => IsMac ? 35 : 11;

    private static int Edquot => IsMac ? 69 : 122;

    internal static int LastError => Marshal.GetLastPInvokeError();

    internal static bool WouldBlock => LastError == Ewouldblock;

    /// <summary>Opens a file.</summary>
    /// <returns>Below 0: see <see cref="LastError"/>.</returns>
    internal static int Open(string path, int flags, int mode = 0)
    {
        Span<byte> stack = stackalloc byte[StackPath];
        fixed (byte* name = Terminated(path, stack))
        {
            int fd;
            do fd = open(name, flags, mode);
            while (fd < 0 && LastError == Eintr);
            return fd;
        }
    }

    internal static int Unlink(string path)
    {
        Span<byte> stack = stackalloc byte[StackPath];
        fixed (byte* name = Terminated(path, stack)) return unlink(name);
    }

    internal static int MakeDirectory(string path, int mode)
    {
        Span<byte> stack = stackalloc byte[StackPath];
        fixed (byte* name = Terminated(path, stack)) return mkdir(name, mode);
    }

    internal static int Rename(string from, string to)
    {
        Span<byte> stackFrom = stackalloc byte[StackPath];
        Span<byte> stackTo = stackalloc byte[StackPath];
        fixed (byte* old = Terminated(from, stackFrom))
        fixed (byte* next = Terminated(to, stackTo)) return rename(old, next);
    }

    internal static int Link(string from, string to)
    {
        Span<byte> stackFrom = stackalloc byte[StackPath];
        Span<byte> stackTo = stackalloc byte[StackPath];
        fixed (byte* old = Terminated(from, stackFrom))
        fixed (byte* next = Terminated(to, stackTo)) return link(old, next);
    }

    internal static nint Read(int fd, Span<byte> into)
    {
        fixed (byte* to = into)
        {
            nint count;
            do count = read(fd, to, (nuint)into.Length);
            while (count < 0 && LastError == Eintr);
            return count;
        }
    }

    /// <summary>Writes everything, however many calls it takes.</summary>
    internal static bool WriteAll(int fd, ReadOnlySpan<byte> bytes, long offset)
    {
        fixed (byte* from = bytes)
        {
            var done = 0;
            while (done < bytes.Length)
            {
                var count = pwrite(fd, from + done, (nuint)(bytes.Length - done), offset + done);
                if (count > 0) done += (int)count;
                else if (count == 0 || LastError != Eintr) return false;
            }

            return true;
        }
    }

    /// <summary>Makes a file's bytes durable and tells the truth about it.</summary>
    /// <remarks>On macOS <c>fsync</c> stops at the drive's cache; <c>F_FULLFSYNC</c> goes through it, where the file system
    /// knows it. The data alone (and the size) is enough elsewhere: times of the file are nobody's promise.</remarks>
    internal static bool SyncData(int fd)
    {
        if (!IsMac) return Retried(fd, &fdatasync);
        if (fcntl(fd, 51) >= 0) return true; // F_FULLFSYNC

        // Any other answer is the file system's way of not knowing the command. A failed sync is not tried again.
        return LastError is not (5 or 28) && Retried(fd, &fsync);
    }

    internal static bool SyncAll(int fd) => IsMac ? SyncData(fd) : Retried(fd, &fsync);

    internal static int SyncFileSystem(int fd) => syncfs(fd);

    internal static bool TryLock(int fd) => flock(fd, 2 | 4) == 0; // LOCK_EX | LOCK_NB

    internal static void Close(int fd) => _ = close(fd);

    /// <summary>The last error as an exception.</summary>
    /// <param name="call">What failed, for a person: <c>sync</c>.</param>
    internal static FileSystemException Failed(string call)
    {
        var error = LastError;
        var kind = error switch
        {
            28 => FileError.NoSpace,
            23 or 24 => FileError.TooManyFiles,
            30 => FileError.ReadOnly,
            1 or 13 => FileError.Denied,
            Eexist => FileError.Exists,
            Enoent or Enotdir => FileError.Missing,
            _ when error == Edquot => FileError.NoSpace,
            _ => FileError.Device,
        };
        return new FileSystemException($"The call '{call}' failed: {Marshal.GetPInvokeErrorMessage(error)} (errno {error}).", kind);
    }

    private static bool Retried(int fd, delegate*<int, int> call)
    {
        int result;
        do result = call(fd);
        while (result < 0 && LastError == Eintr);
        return result == 0;
    }

    private static ReadOnlySpan<byte> Terminated(string path, Span<byte> stack)
    {
        if (path.Length * 3 >= stack.Length) return Encoding.UTF8.GetBytes(path + "\0");
        var length = Encoding.UTF8.GetBytes(path, stack);
        stack[length] = 0;
        return stack[..(length + 1)];
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int open(byte* path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlink(byte* path);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mkdir(byte* path, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int rename(byte* from, byte* to);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int link(byte* from, byte* to);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int fd, byte* into, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint pwrite(int fd, byte* from, nuint count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int fd);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fdatasync(int fd);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int syncfs(int fd);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int fd, int command);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(int fd, int operation);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int fd);
}
