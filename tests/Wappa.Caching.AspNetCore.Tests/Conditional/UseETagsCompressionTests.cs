using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Wappa.Caching.AspNetCore.Tests.Conditional;

/// <summary>A strong tag belongs to one representation: coded and plain bytes are two (RFC 9110 §8.8.3).</summary>
public class UseETagsCompressionTests
{
    private static readonly string Text = string.Concat(Enumerable.Repeat("all work and no play ", 200));

    private static readonly (string, string) Gzip = ("Accept-Encoding", "gzip");

    [Theory]
    [InlineData(true, "/content")]
    [InlineData(false, "/content")]
    [InlineData(true, "/version")]
    [InlineData(false, "/version")]
    [InlineData(true, "/cached")]
    [InlineData(false, "/cached")]
    public async Task Get_InEachCoding_HasATagOfItsOwnAnd304ForEach(bool tagsCoded, string path)
    {
        await using var app = await StartAsync(tagsCoded);

        var plain = await app.GetAsync(path);
        var coded = await app.GetAsync(path, Gzip);

        plain.Body.ShouldBe(Text);
        coded["Content-Encoding"].ShouldBe("gzip");
        (await UnzipAsync(app, path)).ShouldBe(Text);
        EntityTags.IsValid(coded["ETag"]).ShouldBeTrue();
        coded["ETag"].ShouldNotBe(plain["ETag"]);
        (await app.GetAsync(path, Gzip))["ETag"].ShouldBe(coded["ETag"]);
        foreach (var (tag, headers) in new[] { (plain["ETag"]!, Array.Empty<(string, string)>()), (coded["ETag"]!, [Gzip]) })
        {
            var again = await app.GetAsync(path, [("If-None-Match", tag), .. headers]);
            (again.Status, again["ETag"], again.Body.Length, again["Content-Encoding"]).ShouldBe((304, tag, 0, null));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Put_WithTheTagOfACodedAnswer_MatchesTheVersion(bool tagsCoded)
    {
        await using var app = await StartAsync(tagsCoded);
        var coded = (await app.GetAsync("/version", Gzip))["ETag"]!;

        (await app.SendAsync(HttpMethod.Parse("PUT"), "/version", ("If-Match", coded))).Status.ShouldBe(200);
        (await app.SendAsync(HttpMethod.Parse("PUT"), "/version", ("If-Match", coded.Replace("--", "-x-")))).Status.ShouldBe(412);
    }

    [Fact]
    public async Task Get_CodedByTheHandler_HasTheTagOfTheCodedBytes()
    {
        await using var app = await TestApp.StartAsync(web =>
        {
            web.UseETags();
            web.MapGet("/", context =>
            {
                context.Response.Headers.ContentEncoding = "gzip";
                return context.Response.Body.WriteAsync(new byte[] { 1, 2, 3 }).AsTask();
            });
        });

        (await app.GetAsync("/"))["ETag"].ShouldBe(EntityTags.Compute([1, 2, 3]));
    }

    private static Task<TestApp> StartAsync(bool tagsCoded) => TestApp.StartAsync(
        web =>
        {
            if (tagsCoded) web.UseETags(options => options.FlushHold = TimeSpan.FromSeconds(30));
            web.UseResponseCompression();
            if (!tagsCoded) web.UseETags(options => options.FlushHold = TimeSpan.FromSeconds(30));
            web.MapGet("/content", () => Text);
            web.MapGet("/cached", () => Text).Cache(TimeSpan.FromMinutes(5));
            web.MapMethods("/version", ["GET", "PUT"], () => Text).WithETag(_ => "7");
        },
        builder => builder.Services.AddResponseCompression());

    private static async Task<string> UnzipAsync(TestApp app, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.AcceptEncoding.ParseAdd("gzip");
        using var response = await app.Client.SendAsync(request);
        using var plain = new StreamReader(new GZipStream(await response.Content.ReadAsStreamAsync(), CompressionMode.Decompress));
        return await plain.ReadToEndAsync();
    }
}
