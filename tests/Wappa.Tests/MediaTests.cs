using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Graph;
using Wappa.Testing;

namespace Wappa.Tests;

public class MediaTests
{
    private const string Id = "1000200030004001";

    private static readonly byte[] File = RandomNumberGenerator.GetBytes(200_000);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Upload_PairOfTheCorpus_SendsTheFormAndReturnsTheId()
    {
        await using var stub = await GraphStub.StartAsync();
        await using var app = await BotApp.StartAsync(builder => builder.Configuration["WHATSAPP_API_URL"] = stub.Url);
        stub.AnswerWith(Payloads.Json("graph/media_upload.json"));
        using var content = new MemoryStream(File);

        var id = await app.Services.GetRequiredService<IMediaClient>().UploadAsync(
            new() { Content = content, MimeType = "image/jpeg", FileName = "dock.jpg" }, Ct);

        id.ShouldBe(Id);
        var asked = stub.Requests.Single();
        (asked.Method, asked.Path).ShouldBe(("POST", $"/v25.0/{Payloads.PhoneNumberId}/media"));
        asked.Authorization.ShouldBe("Bearer test-token");
        asked.ContentType.ShouldStartWith("multipart/form-data");
        var form = Encoding.Latin1.GetString(asked.Raw);
        form.ShouldContain("name=messaging_product\r\n\r\nwhatsapp\r\n");
        form.ShouldContain("name=type\r\n\r\nimage/jpeg\r\n");
        form.ShouldContain("name=file; filename=dock.jpg");
        form.ShouldContain("Content-Type: image/jpeg");
        asked.Raw.AsSpan().IndexOf(File).ShouldBeGreaterThan(0);
        content.CanRead.ShouldBeTrue();
    }

    [Theory]
    [InlineData("image/jpeg", 5 << 20)]
    [InlineData("image/webp", 500 << 10)]
    [InlineData("audio/ogg; codecs=opus", 16 << 20)]
    [InlineData("video/mp4", 16 << 20)]
    public async Task Upload_AtTheLimitAndBeyond_TakesTheOneAndNamesTheOther(string type, int limit)
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        stub.Answer = static context => GraphStub.WriteAsync(context, 200, """{"id":"7"}""");
        var media = new GraphMediaClient(client);

        (await media.UploadAsync(Of(new byte[limit], type), Ct)).ShouldBe("7");
        var error = await Should.ThrowAsync<InvalidMessageException>(
            async () => await media.UploadAsync(Of(new byte[limit + 1], type), Ct));

        error.Message.ShouldContain($"more than {limit} bytes");
        stub.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Upload_OfAStreamThatDoesNotKnowItsLength_IsRefusedWhereItBecomesTooLarge()
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        stub.Answer = static context => GraphStub.WriteAsync(context, 200, """{"id":"7"}""");
        var media = new GraphMediaClient(client);

        (await media.UploadAsync(Blind(new byte[100_000]), Ct)).ShouldBe("7");
        var error = await Should.ThrowAsync<InvalidMessageException>(
            async () => await media.UploadAsync(Blind(new byte[(500 << 10) + 1]), Ct));

        error.Field.ShouldBe("MediaUpload.Content");

        static MediaUpload Blind(byte[] bytes) => new() { Content = new OneWayStream(bytes), MimeType = "image/webp" };
    }

    [Theory]
    [InlineData("image/gif", "it takes image/jpeg, image/png.")]
    [InlineData("video/quicktime", "it takes video/mp4")]
    [InlineData("audio/wav", "it takes audio/aac")]
    [InlineData("", "MimeType is empty")]
    [InlineData("no type", "is no MIME type")]
    public async Task Upload_TypeThatIsNotTaken_SaysWhichAre(string type, string expected)
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();

        var error = await Should.ThrowAsync<InvalidMessageException>(
            async () => await new GraphMediaClient(client).UploadAsync(Of([1], type), Ct));

        error.Message.ShouldContain(expected);
        stub.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Upload_FromItsEnd_IsRefused()
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();

        (await Should.ThrowAsync<InvalidMessageException>(
            async () => await new GraphMediaClient(client).UploadAsync(Of([], "text/plain"), Ct))).Message.ShouldContain("at its end");
    }

    [Fact]
    public async Task GetInfo_PairOfTheCorpus_IsFullyTyped()
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        stub.AnswerWith(Payloads.Json("graph/media_get_url.json"));

        var info = await new GraphMediaClient(client).GetInfoAsync(Id, Ct);

        (info.Id, info.MimeType, info.Size).ShouldBe((Id, "image/jpeg", 303833));
        info.Sha256.ShouldBe("a864ed013d128c9c908c18a4c1c8e87198e50c1a65c531f4eb1aee81425a79fd");
        info.Url.ShouldStartWith("https://lookaside.fbsbx.com/");
        (stub.Requests.Single().Method, stub.Requests.Single().Path).ShouldBe(("GET", $"/v25.0/{Id}"));
    }

    [Fact]
    public async Task GetInfo_UnknownFile_IsTheApisError()
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        stub.AnswerWith(Payloads.Json("graph/error_media_not_found.json"));

        var error = await Should.ThrowAsync<WhatsAppApiException>(
            async () => await new GraphMediaClient(client).GetInfoAsync(Id, Ct));

        (error.Code, error.Subcode, error.IsRetryable).ShouldBe((100, 33, false));
    }

    [Fact]
    public async Task Delete_PairOfTheCorpus_AsksAsRecorded()
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        stub.AnswerWith(Payloads.Json("graph/media_delete.json"));

        await new GraphMediaClient(client).DeleteAsync(Id, Ct);

        (stub.Requests.Single().Method, stub.Requests.Single().Path).ShouldBe(("DELETE", $"/v25.0/{Id}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../me")]
    [InlineData("1?x=1")]
    public async Task AnyCall_IdThatIsNone_GoesNowhere(string id)
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        var media = new GraphMediaClient(client);

        await Should.ThrowAsync<ArgumentException>(async () => await media.GetInfoAsync(id, Ct));
        await Should.ThrowAsync<ArgumentException>(async () => await media.DeleteAsync(id, Ct));
        await Should.ThrowAsync<ArgumentException>(async () => await media.DownloadAsync(id, Stream.Null, cancellationToken: Ct));
        stub.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Download_WithEitherSpellingOfTheHash_WritesTheFile(bool base64)
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        var hash = SHA256.HashData(File);
        Serve(stub, base64 ? Convert.ToBase64String(hash) : Convert.ToHexStringLower(hash), $"\"{File.Length}\"");
        using var written = new MemoryStream();

        var info = await new GraphMediaClient(client).DownloadAsync(Id, written, cancellationToken: Ct);

        written.ToArray().ShouldBe(File);
        info.Size.ShouldBe(File.Length);
        stub.Requests.Select(request => request.Path).ShouldBe([$"/v25.0/{Id}", "/v25.0/file"]);
        stub.Requests.ShouldAllBe(request => request.Authorization == "Bearer EMULATOR-TOKEN");
    }

    [Theory]
    [InlineData("00", "200000", "their SHA-256 is another")]
    [InlineData(null, "200001", "has 200000 bytes, but WhatsApp announced 200001")]
    public async Task Download_OfSomethingElse_IsRefused(string? hash, string size, string expected)
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        Serve(stub, hash, size);

        var error = await Should.ThrowAsync<InvalidDataException>(
            async () => await new GraphMediaClient(client).DownloadAsync(Id, new MemoryStream(), cancellationToken: Ct));

        error.Message.ShouldContain(expected);
    }

    [Theory]
    [InlineData("200000")] // the announcement says so
    [InlineData("null")] // only the bytes do
    public async Task Download_LargerThanAskedFor_StopsThere(string size)
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        Serve(stub, null, size);
        using var written = new MemoryStream();

        var error = await Should.ThrowAsync<InvalidDataException>(
            async () => await new GraphMediaClient(client).DownloadAsync(Id, written, 199_999, Ct));

        error.Message.ShouldContain("more than 199999 bytes");
        written.Length.ShouldBeLessThanOrEqualTo(199_999);
    }

    [Theory]
    [InlineData("https://lookaside.fbsbx.com.evil.example/x")]
    [InlineData("https://evilfbsbx.com/x")]
    [InlineData("http://lookaside.fbsbx.com/x")]
    [InlineData("https://lookaside.fbsbx.com:8443/x")]
    [InlineData("https://fbsbx.com@evil.example/x")]
    [InlineData("http://127.0.0.1:1/x")]
    [InlineData("/x")]
    public async Task Download_FromAnyOtherHost_DoesNotHandOverTheToken(string url)
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        stub.Answer = context => GraphStub.WriteAsync(context, 200, $$"""{"url":"{{url}}","id":"7"}""");

        var error = await Should.ThrowAsync<InvalidDataException>(
            async () => await new GraphMediaClient(client).DownloadAsync(Id, Stream.Null, cancellationToken: Ct));

        error.Message.ShouldContain("the access token is not sent there");
        stub.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1")]
    [InlineData("https://fbsbx.com/x")]
    public async Task MediaHosts_OfWhatsApp_MayHaveTheToken(string url)
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();

        MediaAddress.Checked(url, client).AbsoluteUri.ShouldBe(url);
    }

    [Fact]
    public async Task Download_AddressThatHasExpired_IsAnErrorWithItsStatus()
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        stub.Answer = context => context.Request.Path.Value!.EndsWith("/file", StringComparison.Ordinal)
            ? GraphStub.WriteAsync(context, 404, "")
            : GraphStub.WriteAsync(context, 200, $$"""{"url":"{{stub.Url}}/file","id":"7"}""");

        var error = await Should.ThrowAsync<WhatsAppApiException>(
            async () => await new GraphMediaClient(client).DownloadAsync(Id, Stream.Null, cancellationToken: Ct));

        ((int?)error.HttpStatus, error.IsRetryable).ShouldBe((404, false));
    }

    [Fact]
    public async Task Download_ThatStandsStill_EndsAfterTheTimeout()
    {
        var clock = new ManualTimeProvider();
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient(time: clock);
        var halfway = new TaskCompletionSource();
        stub.Answer = async context =>
        {
            if (!context.Request.Path.Value!.EndsWith("/file", StringComparison.Ordinal))
            {
                await GraphStub.WriteAsync(context, 200, $$"""{"url":"{{stub.Url}}/file","id":"7"}""");
                return;
            }

            await context.Response.Body.WriteAsync(File.AsMemory(0, 1000), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await GraphStub.NeverAsync(context);
        };
        using var written = new SignallingStream(halfway);

        var download = new GraphMediaClient(client).DownloadAsync(Id, written, cancellationToken: Ct).AsTask();
        await halfway.Task;
        clock.Advance(TimeSpan.FromSeconds(31));

        (await Should.ThrowAsync<WhatsAppApiException>(download)).Message.ShouldContain("30 s");
    }

    [Fact]
    public async Task Download_ConnectionLostHalfway_MayBeRepeated()
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        stub.Answer = async context =>
        {
            if (!context.Request.Path.Value!.EndsWith("/file", StringComparison.Ordinal))
            {
                await GraphStub.WriteAsync(context, 200, $$"""{"url":"{{stub.Url}}/file","id":"7"}""");
                return;
            }

            await context.Response.Body.WriteAsync(File.AsMemory(0, 1000), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
        };

        var error = await Should.ThrowAsync<WhatsAppApiException>(
            async () => await new GraphMediaClient(client).DownloadAsync(Id, Stream.Null, cancellationToken: Ct));

        (error.IsRetryable, error.OutcomeUnknown).ShouldBe((true, false));
    }

    [Fact]
    public async Task Download_IntoAFullDisk_IsNotTheConnectionsFault()
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        Serve(stub, null, "null");

        await Should.ThrowAsync<IOException>(
            async () => await new GraphMediaClient(client).DownloadAsync(Id, new FullStream(), cancellationToken: Ct));
    }

    [Fact]
    public async Task Upload_OfAFileThatFails_IsNotTheConnectionsFault()
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();

        var error = await Should.ThrowAsync<InvalidDataException>(async () => await new GraphMediaClient(client).UploadAsync(
            new() { Content = new FullStream(), MimeType = "text/plain" }, Ct));

        error.InnerException.ShouldBeOfType<IOException>();
    }

    private static MediaUpload Of(byte[] bytes, string type) => new() { Content = new MemoryStream(bytes), MimeType = type };

    private static void Serve(GraphStub stub, string? hash, string size)
    {
        var sha256 = hash is null ? "null" : $"\"{hash}\"";
        stub.Answer = context => context.Request.Path.Value!.EndsWith("/file", StringComparison.Ordinal)
            ? WriteFileAsync(context)
            : GraphStub.WriteAsync(
                context, 200, $$"""{"url":"{{stub.Url}}/file","id":"7","sha256":{{sha256}},"file_size":{{size}}}""");
    }

    // Without a length, so that the client has to count.
    private static async Task WriteFileAsync(HttpContext context)
    {
        foreach (var piece in File.Chunk(30_000))
        {
            await context.Response.Body.WriteAsync(piece, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    private sealed class OneWayStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }

    private sealed class FullStream : MemoryStream
    {
        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("broken");

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("full");
    }

    private sealed class SignallingStream(TaskCompletionSource written) : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await base.WriteAsync(buffer, cancellationToken);
            written.TrySetResult();
        }
    }
}
