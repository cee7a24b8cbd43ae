using System.Security.Cryptography;

namespace Wappa.Emulator;

/// <summary>A file somebody uploaded.</summary>
/// <param name="Id">Digits.</param>
/// <param name="MimeType">Possibly with parameters.</param>
/// <param name="FileName">Null: none given.</param>
/// <param name="Bytes">The file.</param>
internal sealed record MediaFile(string Id, string MimeType, string? FileName, byte[] Bytes)
{
    private readonly byte[] _sha256 = SHA256.HashData(Bytes);

    /// <summary>As the Graph API spells it.</summary>
    internal string Sha256Hex => Convert.ToHexStringLower(_sha256);

    /// <summary>As webhooks spell it.</summary>
    internal string Sha256Base64 => Convert.ToBase64String(_sha256);
}

/// <summary>The files, in memory. Addresses to download from are good for five minutes.</summary>
internal sealed class MediaShelf(LocalIds ids, TimeProvider time)
{
    /// <summary>The largest file there is.</summary>
    internal const int MaxBytes = 100 << 20;

    /// <summary>All files together; the oldest go first.</summary>
    internal const long Capacity = 512L << 20;

    /// <summary>Where files are downloaded, as at WhatsApp.</summary>
    internal const string Path = "/whatsapp_business/attachments/";

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly OrderedDictionary<string, MediaFile> _files = [];
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private long _size;

    internal MediaFile Add(string mimeType, string? fileName, byte[] bytes, string? id = null)
    {
        // It becomes a header of answers: what is no type is not kept.
        var type = System.Net.Http.Headers.MediaTypeHeaderValue.TryParse(mimeType, out _) ? mimeType : "application/octet-stream";
        var file = new MediaFile(id ?? ids.Media(), type, fileName, bytes);
        lock (_lock)
        {
            _files[file.Id] = file;
            _size += bytes.Length;
            while (_size > Capacity && _files.Count > 1)
            {
                _size -= _files.GetAt(0).Value.Bytes.Length;
                _files.RemoveAt(0);
            }
        }

        return file;
    }

    internal MediaFile? Find(string? id)
    {
        lock (_lock) return id is not null && _files.TryGetValue(id, out var file) ? file : null;
    }

    internal bool Remove(string id)
    {
        lock (_lock)
        {
            if (!_files.Remove(id, out var file)) return false;
            _size -= file.Bytes.Length;
            return true;
        }
    }

    internal void Clear()
    {
        lock (_lock)
        {
            _files.Clear();
            _size = 0;
        }
    }

    /// <summary>An address of a file, from now on good for five minutes.</summary>
    /// <param name="api">The Graph API's address; only its host counts.</param>
    /// <param name="id">The file.</param>
    internal Uri Address(Uri api, string id)
    {
        var until = (time.GetUtcNow() + Life).ToUnixTimeSeconds();
        return new Uri(api, $"{Path}?mid={id}&ext={until}&hash={Seal(id, until)}");
    }

    /// <summary>The file of an address.</summary>
    /// <returns>Null: no such file, another address, or its time is over.</returns>
    internal MediaFile? Open(string? id, string? until, string? hash)
    {
        if (id is null || EventFeed.ParseId(until) is not { } seconds || hash != Seal(id, seconds)) return null;
        return time.GetUtcNow().ToUnixTimeSeconds() > seconds ? null : Find(id);
    }

    private string Seal(string id, long until) => "AR" +
        Convert.ToHexString(HMACSHA256.HashData(_key, System.Text.Encoding.ASCII.GetBytes($"{id} {until}")).AsSpan(0, 12));
}
