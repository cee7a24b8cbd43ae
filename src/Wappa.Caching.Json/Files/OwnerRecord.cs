using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Wappa.Caching.Documents;

namespace Wappa.Caching.Json.Files;

/// <summary>Who has a folder, as <c>owner.json</c> says it.</summary>
internal sealed class OwnerRecord
{
    private const string Name = "owner.json";
    private const string TemporaryName = "owner.json.tmp";
    private const string StartedFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const int LongestHost = 255;

    private static readonly OwnerRecord Unreadable = new();

    private static readonly JsonWriterOptions Readable = new() { Indented = true, NewLine = "\n", Encoder = JsonText.Encoder };

    // The tokens of this process's own owners: a lock that is let go is not free at once while a child process is being started,
    // which has a copy of every open file until its own program begins.
    private static readonly ConcurrentDictionary<string, bool> Mine = new(StringComparer.Ordinal);

    private OwnerRecord()
    {
    }

    private int ProcessId { get; init; }

    private string Host { get; init; } = "";

    private DateTimeOffset Started { get; init; }

    /// <summary>Random, so that no two takings of a folder are alike; null: the file cannot be read.</summary>
    private string? Token { get; init; }

    /// <summary>False: it was this process and has let go, or a process of this machine and there is none with its number. True
    /// proves nothing of others: numbers are used again, and of other machines nothing is known.</summary>
    internal bool MayBeAlive
    {
        get
        {
            if (Token is null || Host != Environment.MachineName) return true;
            if (ProcessId == Environment.ProcessId) return Mine.ContainsKey(Token);
            try
            {
                using var process = Process.GetProcessById(ProcessId);
                return true;
            }
            catch (ArgumentException)
            {
                return false;
            }
        }
    }

    internal static OwnerRecord OfThisProcess(TimeProvider time) => new()
    {
        ProcessId = Environment.ProcessId,
        Host = Environment.MachineName,
        Started = time.GetUtcNow(),
        Token = RandomNumberGenerator.GetHexString(32, lowercase: true),
    };

    /// <summary>This process has the folder.</summary>
    internal void Begin() => Mine.TryAdd(Token!, true);

    /// <summary>It lets go of it.</summary>
    internal void End() => Mine.TryRemove(Token!, out _);

    /// <returns>Null: there is no file. A file that is torn or not one of these is a record that nobody equals.</returns>
    internal static OwnerRecord? Read(IFileSystem files, string directory)
    {
        var content = new FileBuffer();
        return files.TryRead(Path.Combine(directory, Name), content) ? Parse(content.Memory) ?? Unreadable : null;
    }

    internal static void Remove(IFileSystem files, string directory) => files.Delete(Path.Combine(directory, Name));

    /// <summary>Writes the file so that whoever looks sees another owner's or the whole of this one's.</summary>
    internal void Write(IFileSystem files, string directory)
    {
        var temporary = Path.Combine(directory, TemporaryName);
        using (var file = files.Create(temporary, exclusive: false))
        {
            file.Write(0, Text());
            file.Sync();
        }

        files.Rename(temporary, Path.Combine(directory, Name));
        files.SyncDirectory(directory);
    }

    internal bool IsSameAs(OwnerRecord? other) => Token is not null && other is not null && Token == other.Token;

    /// <summary>Says who it is, for a sentence that goes on with what they did.</summary>
    internal string Describe()
    {
        if (Token is null) return "another process, whose 'owner.json' cannot be read";
        var who = string.Create(CultureInfo.InvariantCulture, $"process {ProcessId} on host {Host}, since {Text(Started)}");
        return ProcessId == Environment.ProcessId && Host == Environment.MachineName ? $"this process itself ({who})" : who;
    }

    private static string Text(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString(StartedFormat, CultureInfo.InvariantCulture);

    private static OwnerRecord? Parse(ReadOnlyMemory<byte> content)
    {
        try
        {
            using var json = JsonDocument.Parse(content);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object ||
                !root.TryGetProperty("pid", out var pid) || pid.ValueKind != JsonValueKind.Number ||
                !pid.TryGetInt32(out var id) ||
                !root.TryGetProperty("started", out var started) || started.ValueKind != JsonValueKind.String ||
                !started.TryGetDateTimeOffset(out var instant) ||
                Line(root, "host") is not { } host || Line(root, "token") is not { } token)
            {
                return null;
            }

            return new OwnerRecord { ProcessId = id, Host = host, Started = instant, Token = token };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // The text goes into a message: whatever stands in the file, it stays one line.
    private static string? Line(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String &&
        value.GetString() is { Length: > 0 and <= LongestHost } text && !text.Any(char.IsControl)
            ? text
            : null;

    private byte[] Text()
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, Readable))
        {
            json.WriteStartObject();
            json.WriteNumber("pid"u8, ProcessId);
            json.WriteString("host"u8, Host);
            json.WriteString("started"u8, Text(Started));
            json.WriteString("token"u8, Token);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
        return output.WrittenSpan.ToArray();
    }
}
