using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Wappa.Guide.Tests.Shop;

public sealed record User(string Name, string Email);

// snippet: etags-source
public sealed class UserVersion(ICacheFactory caches) : IETagSource
{
    public async ValueTask<string?> GetETagAsync(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        var user = await caches.ForTenant("shop").Table.TryGetAsync<User>("users", id);
        return user.IsHit ? EntityTags.From("user", id, user.Revision) : null;
    }
}

[ApiController]
[Route("/controller/users/{id}")]
[ETag<UserVersion>(RequireIfMatch = true)]
public class UsersController(ICacheFactory caches) : ControllerBase
{
    [HttpGet]
    public async Task<User?> Get(string id) => await caches.ForTenant("shop").Table.GetAsync<User>("users", id);
}
// end
