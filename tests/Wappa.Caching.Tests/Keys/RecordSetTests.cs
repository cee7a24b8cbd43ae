namespace Wappa.Caching.Tests.Keys;

public sealed class RecordSetTests
{
    [Fact]
    public void Contains_OnlyWhatBelongsToTheSet()
    {
        var state = RecordKey.State("t", "u", "pizza");
        var user = RecordKey.User("t", "u");
        var row = RecordKey.Table("t", TableKey.Row("u", "pizza"));
        var level = RecordKey.Table("t", TableKey.Table("u"));

        Members(RecordSet.OfUser("t", "u")).ShouldBe([state, user]);
        Members(RecordSet.States("t", "u")).ShouldBe([state]);
        Members(RecordSet.UserRecords("t", "u")).ShouldBe([user]);
        Members(RecordSet.Rows("t", "u")).ShouldBe([row, level]);
        Members(RecordSet.Rows("t", "u", "pi")).ShouldBe([row]);
        Members(RecordSet.States("t", "u", "pizza")).ShouldBe([state]);
        Members(RecordSet.States("t", "u", "pizzas")).ShouldBeEmpty();
        Members(RecordSet.States("t", "u", "PI")).ShouldBeEmpty();
        Members(RecordSet.OfUser("x", "u")).ShouldBeEmpty();
        Members(RecordSet.OfUser("t", "x")).ShouldBeEmpty();

        List<RecordKey> Members(RecordSet set) =>
            [.. new[] { state, user, row, level }.Where(key => set.Contains(key))];
    }

    [Fact]
    public void Set_OfABadName_IsRefused()
    {
        Should.Throw<ArgumentException>(() => RecordSet.OfUser("", "u"));
        Should.Throw<ArgumentException>(() => RecordSet.States("t", "\n"));
        Should.Throw<ArgumentException>(() => RecordSet.Rows("t", "table", "\0"));
        Should.Throw<ArgumentNullException>(() => RecordSet.Rows("t", "table", null!));
    }
}
