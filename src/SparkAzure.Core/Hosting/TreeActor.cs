namespace SparkAzure.Core.Hosting;

/// <summary>
/// Does everything at one tree as one account, which is chosen once: whoever owns the tree can then exchange what is in
/// it as often as he likes, and never be taken for root.
/// </summary>
internal sealed class TreeActor
{
    private readonly UnixAccount? _account;

    private TreeActor(UnixAccount? account) => _account = account;

    /// <summary>
    /// Chooses by several paths of a tree: the first account among their owners (<see cref="TreeOwner"/>) that is not
    /// root, so that one part that is another's is enough.
    /// </summary>
    /// <param name="paths">Absolute paths; the one that decides first.</param>
    public static TreeActor Of(params string[] paths)
    {
        if (!FileOwner.IsRoot)
        {
            return new TreeActor(null);
        }

        return new TreeActor(paths.Select(TreeOwner.Of).FirstOrDefault(a => a.UserId != 0));
    }

    /// <summary>Does something with files of the tree, on this thread; nothing inside may be awaited.</summary>
    public T Act<T>(Func<T> work)
    {
        if (_account is null)
        {
            return work();
        }

        return _account.Act(work);
    }

    /// <summary>Does something with files of the tree, on this thread; nothing inside may be awaited.</summary>
    public void Act(Action work) => Act(() =>
    {
        work();
        return true;
    });

    /// <summary>Does something with files of the tree on a thread of the pool.</summary>
    public Task<T> ActAsync<T>(Func<T> work, CancellationToken cancellationToken) =>
        Task.Run(() => Act(work), cancellationToken);
}
