using System.ComponentModel.DataAnnotations;
using System.Globalization;
using ChatFeedApi.Feed;
using ChatFeedApi.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Wappa.Caching;

namespace ChatFeedApi.Users;

/// <summary>Users, their responses cached as a whole.</summary>
internal static class UserEndpoints
{
    private static readonly TimeSpan StaleIfError = TimeSpan.FromHours(6); // the database is down: old users are better than none

    internal static IServiceCollection AddUsers(this IServiceCollection services) =>
        services.AddSingleton<UserDb>().AddCacheStrategy<OnlineStatusCache>();

    internal static void MapUsers(this IEndpointRouteBuilder app)
    {
        // By hand: a write that fails as the database is down must not take away what is served in its place.
        var users = app.MapGroup("/users").WithTags("users").WithoutInvalidation();

        // snippet: chat-feed-users
        users.MapGet("/", ListAsync).Cache(cache => cache
            .For(TimeSpan.FromSeconds(300))
            .Key(_ => "users_list").VaryBy(ctx => ctx.Request.Query["page"]).VaryBy(ctx => ctx.Request.Query["q"])
            .StaleIfError(StaleIfError).SharedByHosts());
        users.MapPost("/", AddAsync);

        var one = users.MapGroup("/{id}").WithETag(VersionAsync);
        one.MapGet("", FindAsync).Cache(cache => cache // for Wappa:Cache:DefaultTtl, 10 minutes
            .Key(ctx => IdOf(ctx) is { } id ? $"user:{id}" : null) // the number: /users/01 is the same user
            .StaleIfError(StaleIfError).SharedByHosts());
        one.MapPut("", UpdateAsync);
        one.MapDelete("", DeleteAsync);
        // end
        users.MapGet("/{id}/online", async (long id, OnlineStatusCache online, CancellationToken ct) =>
            new OnlineStatus(id, await online.IsOnlineAsync(id, ct)));
        users.MapPut("/{id}/online", async (long id, OnlineStatusCache online, CancellationToken ct) =>
        {
            await online.MarkOnlineAsync(id, ct);
            return TypedResults.NoContent();
        });
    }

    // Null: it is none, which the handler's answer says.
    private static long? IdOf(HttpContext context) =>
        long.TryParse((string?)context.Request.RouteValues["id"], CultureInfo.InvariantCulture, out var id) ? id : null;

    // Null: no such user, and nothing to compare.
    private static async ValueTask<string?> VersionAsync(HttpContext context)
    {
        if (IdOf(context) is not { } id) return null;
        var version = await context.RequestServices.GetRequiredService<UserDb>().VersionAsync(id, context.RequestAborted);
        if (version == 0) return null;
        SeenVersion.Set(context, version);
        return $"user:{id}:{version}";
    }

    private static async Task<UserPage> ListAsync(
        UserDb db, CancellationToken ct, string? page = null, [StringLength(100)] string? q = "")
    {
        var (number, asked) = (PageNumber.Of(page), q ?? "");
        return new(number, asked, await db.ListAsync(number, asked.Trim(), ct));
    }

    private static async Task<Results<Ok<User>, NotFound>> FindAsync(long id, UserDb db, CancellationToken ct) =>
        await db.FindAsync(id, ct) is { } user ? TypedResults.Ok(user) : TypedResults.NotFound();

    // snippet: chat-feed-invalidation
    private static async Task<Created<User>> AddAsync(
        [FromBody] UserInput input, UserDb db, IResponseCache responses, AfterWrite write)
    {
        var user = await db.AddAsync(input);
        await write.ForgetAsync(() => responses.InvalidateKeyAsync("users_list"));
        return TypedResults.Created($"/users/{user.Id}", user);
    }

    private static async Task<Results<Ok<User>, NotFound, ProblemHttpResult>> UpdateAsync(
        long id, [FromBody] UserInput input, SeenVersion seen, UserDb db, IResponseCache responses, UserFeedCache feeds, AfterWrite write)
    {
        if (await db.UpdateAsync(id, input, seen.Number) is not { } user) return seen.Refused<Ok<User>>();
        await write.ForgetAsync(
            () => responses.InvalidateKeyAsync($"user:{id}"),
            () => responses.InvalidateKeyAsync("users_list"),
            () => feeds.AuthorChangedAsync(id)); // whose name is in feeds and posts
        return TypedResults.Ok(user);
    }
    // end

    private static async Task<Results<Ok<Deleted>, NotFound, ProblemHttpResult>> DeleteAsync(
        long id, SeenVersion seen, UserDb db, IResponseCache responses, UserFeedCache feeds, AfterWrite write)
    {
        if (!await db.DeleteAsync(id, seen.Number)) return seen.Refused<Ok<Deleted>>();
        await write.ForgetAsync(
            () => responses.InvalidateKeyAsync($"user:{id}"),
            () => responses.InvalidateKeyAsync("users_list"),
            () => feeds.AuthorChangedAsync(id));
        return TypedResults.Ok(new Deleted());
    }
}

public sealed record OnlineStatus(long UserId, bool Online);

public sealed record Deleted(string Status = "deleted");
