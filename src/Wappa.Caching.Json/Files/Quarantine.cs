using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Wappa.Caching.Documents;

namespace Wappa.Caching.Json.Files;

/// <summary>Where files go that cannot be read: moved aside with the reason, never deleted.</summary>
/// <param name="files">The disk.</param>
/// <param name="root">The cache's folder; the quarantine is its sub-directory <c>quarantine</c>.</param>
/// <param name="time">The clock, for names and reasons.</param>
/// <remarks>A file stands as <c>20250115T103000000-name.json</c> beside
/// <c>20250115T103000000-name.json.reason.json</c>. The reason's file is created exclusively and so reserves the name:
/// calls may overlap.</remarks>
internal sealed class Quarantine(IFileSystem files, string root, TimeProvider time)
{
    // What every file system takes for one name, in bytes.
    private const int MaxNameBytes = 255;
    private const int MaxCounter = 10_000;
    private const string ReasonSuffix = ".reason.json";
    private static readonly JsonWriterOptions Readable = new()
    {
        Indented = true, NewLine = "\n", Encoder = JsonText.Encoder,
    };

    private readonly string _directory = Path.Join(root, "quarantine");
    private int _count;

    /// <summary>How many things were put here since the store was opened.</summary>
    internal int Count => Volatile.Read(ref _count);

    /// <summary>Moves a file here; true once both names are durable. A file that is gone already is no error.</summary>
    /// <param name="path">Its absolute path.</param>
    /// <param name="reason">A sentence for a person.</param>
    /// <exception cref="FileSystemException">It could not be moved and stands where it stood, or it was moved and that
    /// may not be durable yet.</exception>
    internal void Take(string path, string reason)
    {
        if (Put(Path.GetFileName(path), Path.GetRelativePath(root, path), reason, target => TryMove(path, target)))
            files.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Keeps a copy of bytes that stay where they are: the invalid part of a journal segment.</summary>
    /// <param name="name">What the file is called here, as far as it is free.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="reason">A sentence for a person.</param>
    /// <exception cref="FileSystemException">There is no copy, or it may not be durable yet.</exception>
    internal void Keep(string name, ReadOnlySpan<byte> content, string reason)
    {
        var copy = content.ToArray();
        Put(name, name, reason, target =>
        {
            Write(target, copy);
            return true;
        });
    }

    // False: there is nothing to put here any more.
    private bool Put(string name, string file, string reason, Func<string, bool> put)
    {
        var now = time.GetUtcNow();
        for (var counter = 0; ; counter++)
        {
            var target = Path.Join(_directory, NameFor(name, now, counter));
            if (!TryWriteReason(target + ReasonSuffix, Describe(file, reason, now), counter)) continue;
            try
            {
                if (!put(target))
                {
                    Discard(target + ReasonSuffix);
                    return false;
                }
            }
            catch (FileSystemException error)
            {
                Discard(target + ReasonSuffix);
                if (error.Error == FileError.Exists && counter < MaxCounter) continue;
                throw;
            }

            Interlocked.Increment(ref _count);

            // The new name first: a crash between the two may leave both names, never none.
            files.SyncDirectory(_directory);
            return true;
        }
    }

    private bool TryMove(string from, string to)
    {
        try
        {
            files.Move(from, to);
            return true;
        }
        catch (FileSystemException error) when (error.Error == FileError.Missing)
        {
            return false;
        }
    }

    // False: the name is taken.
    private bool TryWriteReason(string path, ReadOnlySpan<byte> content, int counter)
    {
        try
        {
            Write(path, content);
        }
        catch (FileSystemException error) when (error.Error == FileError.Exists && counter < MaxCounter)
        {
            return false;
        }
        catch (FileSystemException error) when (error.Error == FileError.Missing)
        {
            files.CreateDirectory(_directory); // first use, or somebody tidied up
            Write(path, content);
        }

        return true;
    }

    private void Write(string path, ReadOnlySpan<byte> content)
    {
        var file = files.Create(path, exclusive: true);
        try
        {
            using (file)
            {
                file.Write(0, content);
                file.Sync();
            }
        }
        catch (FileSystemException)
        {
            Discard(path);
            throw;
        }
    }

    // What is half written here is ours. That it cannot be deleted either is not worth more than the first error.
    private void Discard(string path)
    {
        try
        {
            files.Delete(path);
        }
        catch (FileSystemException)
        {
        }
    }

    private static string NameFor(string name, DateTimeOffset now, int counter)
    {
        var stamp = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff", CultureInfo.InvariantCulture);
        var prefix = counter == 0 ? $"{stamp}-" : string.Create(CultureInfo.InvariantCulture, $"{stamp}-{counter}-");
        var room = MaxNameBytes - ReasonSuffix.Length - prefix.Length;

        // The end of a long name tells more than its beginning: it has the extension.
        while (Encoding.UTF8.GetByteCount(name) > room) name = name[(char.IsHighSurrogate(name[0]) ? 2 : 1)..];
        return prefix + name;
    }

    private static ReadOnlySpan<byte> Describe(string file, string reason, DateTimeOffset now)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, Readable))
        {
            json.WriteStartObject();
            json.WriteString("file"u8, file.Replace('\\', '/'));
            json.WriteString("reason"u8, reason);
            json.WriteString("at"u8, now.UtcDateTime);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
        return output.WrittenSpan;
    }
}
