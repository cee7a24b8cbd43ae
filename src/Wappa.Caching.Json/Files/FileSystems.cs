namespace Wappa.Caching.Json.Files;

internal static class FileSystems
{
    internal static IFileSystem Default { get; } = new TempFs();

    private sealed class TempFs : IFileSystem
    {
        public bool TryRead(string path, FileBuffer content)
        {
            content.Clear();
            if (!File.Exists(path)) return false;
            content.Append(File.ReadAllBytes(path));
            return true;
        }

        public IWritableFile Create(string path, bool exclusive) => new W(File.OpenHandle(path, exclusive ? FileMode.CreateNew : FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete));
        public void Rename(string from, string to) => File.Move(from, to, true);
        public void Move(string from, string to) => File.Move(from, to, false);
        public bool Delete(string path)
        {
            var there = File.Exists(path);
            if (there) File.Delete(path);
            return there;
        }

        public void CreateDirectory(string path) => Directory.CreateDirectory(path);
        public void SyncDirectory(string path) { }
        public bool TrySyncAll(string root) => false;
        public void List(string directory, FileVisitor visit)
        {
            if (!Directory.Exists(directory)) return;
            foreach (var f in Directory.EnumerateFileSystemEntries(directory)) if (!visit(Path.GetFileName(f), Directory.Exists(f))) return;
        }

        public IDisposable? TryLock(string path) => new MemoryStream();
        private sealed class W(Microsoft.Win32.SafeHandles.SafeFileHandle h) : IWritableFile
        {
            public void Write(long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(h, bytes, offset);
            public void Sync() => RandomAccess.FlushToDisk(h);
            public void Dispose() => h.Dispose();
        }
    }
}
