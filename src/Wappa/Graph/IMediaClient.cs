namespace Wappa;

/// <summary>Files of messages: uploads what is to be sent, downloads what users sent.</summary>
public interface IMediaClient
{
    /// <summary>Uploads a file; sent by <see cref="MediaSource.FromId"/> for 30 days.</summary>
    /// <param name="upload">The file; checked against WhatsApp's types and sizes first.</param>
    /// <param name="cancellationToken">Stops the upload.</param>
    /// <returns>The file's id.</returns>
    /// <exception cref="InvalidMessageException">The type is not taken, or the file is too large; nothing is kept at
    /// WhatsApp.</exception>
    /// <exception cref="InvalidDataException">The stream failed.</exception>
    /// <exception cref="WhatsAppApiException">WhatsApp refused, or could not be asked.</exception>
    ValueTask<string> UploadAsync(MediaUpload upload, CancellationToken cancellationToken = default);

    /// <summary>Asks where a file is and what it should be.</summary>
    /// <param name="mediaId">The file.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="ArgumentException">The id holds what no id has.</exception>
    /// <exception cref="WhatsAppApiException">WhatsApp knows no such file (code 100), or could not be
    /// asked.</exception>
    ValueTask<MediaInfo> GetInfoAsync(string mediaId, CancellationToken cancellationToken = default);

    /// <summary>Writes a file into a stream and checks that it is what WhatsApp said it was.</summary>
    /// <param name="mediaId">The file.</param>
    /// <param name="destination">Written from where it stands, and left open. After an exception it holds a part of the
    /// file, or something else: throw it away.</param>
    /// <param name="maxBytes">The most that is taken. Default: 100 MB, the most users can send.</param>
    /// <param name="cancellationToken">Stops the download.</param>
    /// <returns>What was downloaded.</returns>
    /// <exception cref="ArgumentException">The id holds what no id has.</exception>
    /// <exception cref="InvalidDataException">It is larger than <paramref name="maxBytes"/>, its bytes are not those
    /// WhatsApp announced, or its address is one that must not be given the access token.</exception>
    /// <exception cref="WhatsAppApiException">WhatsApp refused, or could not be asked.</exception>
    ValueTask<MediaInfo> DownloadAsync(
        string mediaId, Stream destination, long maxBytes = MediaInfo.MaxBytes, CancellationToken cancellationToken = default);

    /// <summary>Deletes a file at WhatsApp. Messages that show it keep it.</summary>
    /// <param name="mediaId">The file.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="ArgumentException">The id holds what no id has.</exception>
    /// <exception cref="WhatsAppApiException">WhatsApp knows no such file (code 100), or could not be
    /// asked.</exception>
    ValueTask DeleteAsync(string mediaId, CancellationToken cancellationToken = default);
}
