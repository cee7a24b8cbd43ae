using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Wappa.Caching.AspNetCore.Tests.Conditional;

/// <summary>The same bytes, written in all the ways there are; and what is to be left alone.</summary>
internal static class UseETagsEndpoints
{
    internal static void Map(WebApplication web, byte[] hello)
    {
        MapTagged(web, hello);
        MapOwn(web, hello);
        MapLeftAlone(web, hello);
        web.MapMethods("/write", ["POST", "PUT", "DELETE"], () => "done");
        web.MapControllers();
    }

    private static void MapTagged(WebApplication web, byte[] hello)
    {
        var text = System.Text.Encoding.UTF8.GetString(hello);
        web.MapGet("/json", () => new { hello = "world" });
        web.MapGet("/text", () => text);
        web.MapMethods("/both", ["GET", "HEAD"], () => text);
        web.MapGet("/stream", async context =>
        {
            await context.Response.Body.WriteAsync(hello);
            await context.Response.Body.FlushAsync();
        });
        web.MapGet("/writer", async context =>
        {
            hello.CopyTo(context.Response.BodyWriter.GetSpan(hello.Length));
            context.Response.BodyWriter.Advance(hello.Length);
            await context.Response.BodyWriter.FlushAsync();
        });
        web.MapGet("/pieces", async context =>
        {
            await context.Response.StartAsync();
            foreach (var one in hello)
            {
                await context.Response.Body.WriteAsync(new[] { one });
                await context.Response.Body.FlushAsync();
            }
        });
        web.MapGet("/declared", context =>
        {
            context.Response.ContentLength = hello.Length;
            return context.Response.Body.WriteAsync(hello).AsTask();
        });
        web.MapGet("/file", async context =>
        {
            var file = Path.GetTempFileName();
            await File.WriteAllBytesAsync(file, hello);
            await context.Response.SendFileAsync(file);
            File.Delete(file);
        });
        web.MapGet("/completed", async context =>
        {
            await context.Response.Body.WriteAsync(hello);
            await context.Response.CompleteAsync();
        });
        web.MapGet("/rich", context =>
        {
            var headers = context.Response.Headers;
            headers.CacheControl = "public, max-age=60";
            headers.Vary = "Accept";
            headers.Expires = "Sat, 21 Nov 2026 10:00:00 GMT";
            headers.ContentLocation = "/rich.en";
            headers.ContentLanguage = "en";
            headers.SetCookie = "seen=1";
            return context.Response.WriteAsync(text);
        });
    }

    private static void MapOwn(WebApplication web, byte[] hello)
    {
        web.MapGet("/own", context => WriteWithTag(context, "\"v1\""));
        web.MapGet("/own-weak", context => WriteWithTag(context, "W/\"v1\""));
        web.MapGet("/dated", context =>
        {
            context.Response.Headers.LastModified = "Sat, 21 Nov 2026 10:00:00 GMT";
            return context.Response.Body.WriteAsync(hello).AsTask();
        });
    }

    private static Task WriteWithTag(HttpContext context, string tag)
    {
        context.Response.Headers.ETag = tag;
        return context.Response.WriteAsync("mine");
    }

    private static void MapLeftAlone(WebApplication web, byte[] hello)
    {
        web.MapGet("/empty", () => { });
        web.MapGet("/missing", () => TypedResults.NotFound("none"));
        web.MapGet("/redirect", () => TypedResults.StatusCode(300));
        web.MapGet("/created", () => TypedResults.Created("/x", "made"));
        web.MapGet("/part", async context =>
        {
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = "bytes 0-3/17";
            await context.Response.Body.WriteAsync(hello.AsMemory(0, 4));
        });
        web.MapGet("/ranges", () => TypedResults.Bytes(hello, enableRangeProcessing: true));
        web.MapGet("/secret", async context =>
        {
            context.Response.Headers.CacheControl = "private, no-store";
            await context.Response.WriteAsync("secret");
        });
        web.MapGet("/events", async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: 1\n\n");
        });
        web.MapGet("/trailer", async context =>
        {
            context.Response.Headers.Trailer = "X-Sum"; // announced; Kestrel sends none to a client that did not ask
            await context.Response.WriteAsync("body");
        });
        web.MapGet("/unbuffered", async context =>
        {
            context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
            await context.Response.WriteAsync("now");
        });
        web.MapMethods("/head-only", ["HEAD"], context =>
        {
            context.Response.ContentLength = hello.Length;
            return Task.CompletedTask;
        });
    }
}
